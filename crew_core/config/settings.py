"""The settings there are, with their types, ranges, defaults, and what a project may do to them."""

from __future__ import annotations

import shlex
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from crew_core.model.plan import DEFAULT_MAX_DEPTH, DEFAULT_RETRIES, ChecksPlan, Limits, RetryPolicy

_LIMITS = Limits()
_RETRY = RetryPolicy()

_NAME = "[A-Za-z0-9_-]{1,128}"


class ProjectRule(StrEnum):
    """What a project may do to a setting of the person's.

    ``SMALLER``: before it is trusted only make it smaller, then anything. ``TRUSTED``: nothing before it is trusted.
    ``NEVER``: nothing at all, because the setting is about the person and not about one project.
    """

    SMALLER = "smaller"
    TRUSTED = "trusted"
    NEVER = "never"


def _setting(default: object, says: str, project: ProjectRule, *, expects: str = "", **bounds: Any) -> Any:
    """A field of the schema. ``expects`` says in words what a text has to be."""
    extra: dict[str, Any] = {"x-project": project.value} | ({"x-expects": expects} if expects else {})
    return Field(default, description=says, json_schema_extra=extra, **bounds)


class _Section(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class LimitSettings(_Section):
    """Bounds of runs."""

    max_workers: int = _setting(
        _LIMITS.max_workers, "Tasks of one run that work at the same time.", ProjectRule.SMALLER, ge=1, le=1024
    )
    machine_workers: int = _setting(
        _LIMITS.machine_workers,
        "Tasks of all your runs on this machine that work at the same time.",
        ProjectRule.SMALLER,
        ge=1,
        le=1024,
    )
    writers_per_directory: int = _setting(
        _LIMITS.writers_per_directory,
        "Tasks that may change one directory at the same time, over all runs.",
        ProjectRule.SMALLER,
        ge=1,
        le=1024,
    )
    max_run_minutes: float | None = _setting(
        None, "Minutes of work after which a run is stopped.", ProjectRule.SMALLER, gt=0, le=525_600
    )
    max_tokens: int | None = _setting(
        None,
        "Tokens that all agents of a run together may use: input that comes from no cache, output, and what is "
        "written to a cache. Then the run is stopped.",
        ProjectRule.SMALLER,
        ge=1,
        le=10**12,
    )
    max_cost: float | None = _setting(
        None,
        "US dollars that all agents of a run together may cost. Then the run is stopped.",
        ProjectRule.SMALLER,
        gt=0,
        le=1_000_000,
    )
    max_depth: int = _setting(DEFAULT_MAX_DEPTH, "Levels of crews that start crews.", ProjectRule.SMALLER, ge=1, le=8)
    inputs_bytes: int = _setting(
        _LIMITS.inputs_bytes, "Bytes of earlier results that a task is given.", ProjectRule.SMALLER, ge=1024, le=1 << 24
    )
    answer_bytes: int = _setting(
        _LIMITS.answer_bytes,
        "Bytes of a task's answer that are kept; of a longer one, its beginning and its end.",
        ProjectRule.SMALLER,
        ge=1024,
        le=1 << 24,
    )
    output_cap_bytes: int = _setting(
        _LIMITS.output_cap_bytes,
        "Bytes of output after which an agent is paused.",
        ProjectRule.SMALLER,
        ge=65_536,
        le=1 << 40,
    )


class RetrySettings(_Section):
    """How often a task is tried again, and how long it waits before.

    Retry k waits `baseMs` · `factor` to the power of k − 1, at most `maxMs`, give or take `jitter` of that.
    """

    max_retries: int = _setting(
        DEFAULT_RETRIES, "Retries of a step whose workflow does not say.", ProjectRule.SMALLER, ge=0, le=100
    )
    base_ms: int = _setting(
        _RETRY.base_ms, "Milliseconds before the first retry.", ProjectRule.TRUSTED, ge=0, le=3_600_000
    )
    factor: float = _setting(_RETRY.factor, "How much longer each further wait is.", ProjectRule.TRUSTED, ge=1, le=100)
    max_ms: int = _setting(
        _RETRY.max_ms, "The longest wait, in milliseconds.", ProjectRule.TRUSTED, ge=0, le=86_400_000
    )
    jitter: float = _setting(
        _RETRY.jitter,
        "The share of each wait that chance adds or takes away.",
        ProjectRule.TRUSTED,
        ge=0,
        le=1,
    )


class CheckSettings(_Section):
    """The project's own check commands, which agents may run."""

    timeout_s: float = _setting(
        ChecksPlan().timeout_s, "Seconds that one check command may take.", ProjectRule.SMALLER, gt=0, le=86_400
    )


_PRICES = r"^[0-9]{1,9}(\.[0-9]{1,9})?( +[0-9]{1,9}(\.[0-9]{1,9})?){1,3}$"


class PriceSettings(_Section):
    """What models cost where a program does not say it. More: [usage.md](usage.md)."""

    models: dict[str, Annotated[str, StringConstraints(pattern=_PRICES)]] = _setting(
        {},
        "Your own prices by the name of the model, which count before the built-in ones: US dollars for a million "
        'tokens of input and output, and if they differ of cache reads and cache writes, as in `"3 15 0.3 3.75"`.',
        ProjectRule.TRUSTED,
        expects='a table from names of models to prices such as "3 15 0.3 3.75"',
    )


class AgentSettings(_Section):
    """The agent program."""

    program: str = _setting(
        "auto",
        "The program that drives the agents whose files name none; `auto` takes the first one that can work.",
        ProjectRule.TRUSTED,
        expects="the name of a program, acp:NAME or auto",
        pattern=f"^(acp:)?{_NAME}$",
    )


#: The programs that may be set up, besides any Agent Client Protocol agent by the name ``acp:NAME``.
SET_UP = ("claude", "codex", "pi", "gemini", "opencode", "builtin")

_A_PROGRAM = rf"^({'|'.join(SET_UP)}|acp:{_NAME})$"


def _words(value: object) -> object:
    """A command line as a person writes it, cut as a shell would. :raises ValueError: a quotation is not closed."""
    return shlex.split(value) if isinstance(value, str) else value


_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_NoNul = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
_Words = Annotated[list[_NoNul], BeforeValidator(_words, json_schema_input_type=list[str] | str)]
_WORDS = "a list of words, or a text that is cut into words as by a shell"


class ProgramSection(_Section):
    """One agent program."""

    command: _Words = _setting(
        [],
        "What is started instead of the program's own name: an executable, with arguments that come first.",
        ProjectRule.NEVER,
        expects=_WORDS,
    )
    args: _Words = _setting([], "Arguments behind all others.", ProjectRule.NEVER, expects=_WORDS)
    env: dict[Annotated[str, StringConstraints(pattern=_VARIABLE)], _NoNul] = _setting(
        {},
        "Variables for its environment. They are kept with each run: leave keys where they are.",
        ProjectRule.NEVER,
        expects="a table from names of variables to texts",
    )
    keys: list[Annotated[str, StringConstraints(pattern=_VARIABLE)]] = _setting(
        [],
        "Variables of yours with keys or passwords that it may see, besides those of its own.",
        ProjectRule.NEVER,
        expects="a list of names of variables",
    )
    share_login: bool = _setting(
        False,
        "`true`: it uses your own state directory, with login and history, instead of one that is the run's. No effect "
        "where there is none of the run's: `builtin` has no login, and an `acp:NAME` that is not known uses yours.",
        ProjectRule.SMALLER,
        expects="true or false",
    )
    limit_by_turn: bool = _setting(
        False,
        "`true`: `--max-tokens` may be exceeded by a whole turn of it. Without that, a program that does not tell what "
        "each response used is not started under such a limit.",
        ProjectRule.NEVER,
        expects="true or false",
    )


class UiSettings(_Section):
    """The dashboard. It shows many projects, so that none of them may set these."""

    theme: str = _setting(
        "auto",
        "The theme: crew-dark, crew-light, crew-contrast, crew-colour-blind, crew-mono, or NAME of your own "
        "`themes/NAME.toml` beside `config.toml`; `auto` fits the terminal's background, without colour where "
        "`NO_COLOR` is set.",
        ProjectRule.NEVER,
        expects="the name of a theme or auto",
        pattern=f"^{_NAME}$",
    )
    glyphs: Literal["auto", "unicode", "ascii"] = _setting(
        "auto", "The shapes that are drawn with; `auto` fits the terminal and its locale.", ProjectRule.NEVER
    )
    emoji_width: Literal["auto", "narrow", "strip"] = _setting(
        "auto",
        "How the terminal draws emoji: `auto`: two cells; `narrow`: one, as terminals older than Unicode 9 do; "
        "`strip`: nobody knows, so that a dot stands for each. To be set where lines with emoji are out of line.",
        ProjectRule.NEVER,
    )
    motion: Literal["auto", "on", "off"] = _setting(
        "auto",
        "`on`: a sign turns at what runs, and scrolling glides; `off`: nothing moves; `auto`: no sign turns, and "
        "nothing glides over ssh or where `TEXTUAL_ANIMATIONS` is `none`.",
        ProjectRule.NEVER,
    )
    time: Literal["local", "utc", "relative"] = _setting(
        "local", "Times of day: of this machine, UTC, or how long after the run's beginning.", ProjectRule.NEVER
    )
    mouse: Literal["on", "off"] = _setting(
        "on",
        "Whether the mouse is the dashboard's; `off` leaves it to the terminal, to select text.",
        ProjectRule.NEVER,
    )
    keys: dict[str, str | list[str]] = _setting(
        {},
        "Other keys for actions, each by its name: one key or a list of them, as in `docs/keys.md`.",
        ProjectRule.NEVER,
        expects="a table from names of actions to keys",
    )
    watcher: Literal["auto", "inotify", "watchfiles", "polling"] = _setting(
        "auto", "How changes on disk are noticed; `auto` takes the best that works here.", ProjectRule.NEVER
    )


_Loudness = Literal["info", "warning", "error", "off"]


class NotificationSettings(_Section):
    """From which severity on the dashboard tells what happened, and where. No project may set these."""

    toast: _Loudness = _setting(
        "info", "The least severity that is shown in a corner of the dashboard.", ProjectRule.NEVER
    )
    bell: _Loudness = _setting("off", "The least severity that rings the terminal's bell.", ProjectRule.NEVER)
    desktop: _Loudness = _setting(
        "off",
        "The least severity that the terminal is asked to notify the desktop of (OSC 9); tmux lets it through where "
        "`allow-passthrough` is on.",
        ProjectRule.NEVER,
    )
    title: Literal["on", "off"] = _setting(
        "on", "Whether the terminal's title says how many runs go on and how many need you.", ProjectRule.NEVER
    )


class Settings(_Section):
    """Settings of crew-tui: `config.toml`."""

    limits: LimitSettings = LimitSettings()
    retry: RetrySettings = RetrySettings()
    checks: CheckSettings = CheckSettings()
    prices: PriceSettings = PriceSettings()
    agent: AgentSettings = AgentSettings()
    ui: UiSettings = UiSettings()
    notifications: NotificationSettings = NotificationSettings()
    programs: dict[Annotated[str, StringConstraints(pattern=_A_PROGRAM)], ProgramSection] = Field(
        default={}, description="How agent programs are started: a table `[programs.NAME]` for each."
    )
