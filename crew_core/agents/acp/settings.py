"""Mode, model and thinking level of a session: what an agent offers, and what the attempt wants of it.

Sources: ``modes`` and ``session/set_mode``, ``configOptions`` and ``session/set_config_option`` of the protocol;
``models`` and ``session/set_model`` are its older form for models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.role_tools import Grant
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode

#: Level → what agents call it, or the nearest that they know instead.
_CALLED = {"off": ("off", "none", "disabled"), "minimal": ("minimal", "low"), "xhigh": ("xhigh", "high")}


@dataclass(frozen=True, slots=True)
class Change:
    """A request that changes a setting. ``needed``: the work may not begin without it."""

    method: str
    params: dict[str, Any]
    what: str
    needed: bool = True


class Settings:
    """What the agent offers, as it said last."""

    def __init__(self, spec: AttemptSpec, program: AcpProgram) -> None:
        self._spec = spec
        self._program = program
        self._offer: dict[str, Any] = {}

    def offered(self, result: dict[str, Any]) -> None:
        """The result of ``session/new`` or of a change."""
        for name in ("modes", "models", "configOptions"):
            if result.get(name):
                self._offer[name] = result[name]

    @property
    def model(self) -> str:
        """The one that it uses now."""
        option = self._option("model")
        current = string(option.get("currentValue"))
        if current and self._spec.model and _value_of(option, self._spec.model) == current:
            return self._spec.model
        return current or string(mapping(self._offer.get("models")).get("currentModelId"))

    def mode(self) -> Change | str | None:
        """The mode that the role needs; None: the present one; a text: there is none, and why that is too bad."""
        spec, program = self._spec, self._program
        modes = mapping(self._offer.get("modes"))
        option = self._option("mode")
        ids = [string(mapping(mode).get("id")) for mode in sequence(modes.get("availableModes"))] or _values(option)
        current = string(modes.get("currentModeId")) or string(option.get("currentValue"))
        grant = Grant(spec)
        reads = grant.reads_only
        if program.confined:
            return None
        # What the role's tools leave out is denied when it is asked for.
        asks = spec.permissions is PermissionMode.ASK or grant.narrowed
        wanted = program.reading_modes if reads else program.asking_modes if asks else program.working_modes
        mode = next((mode for mode in wanted if mode in ids), None)
        if mode is None:
            none = f"{program.name} offers no mode in which it cannot write, and this role may only read"
            return none if reads else None
        if mode == current:
            return None
        if modes:
            return Change("session/set_mode", {"modeId": mode}, f"mode {mode}")
        return _chosen(option, mode, f"mode {mode}")

    def present_mode(self) -> Change | None:
        """The mode that it is in, set once more: when that is answered, all that was under way has been told."""
        mode = string(mapping(self._offer.get("modes")).get("currentModeId"))
        return Change("session/set_mode", {"modeId": mode}, f"mode {mode}", needed=False) if mode else None

    def other_model(self) -> Change | str | None:
        """The model that the attempt wants; None: the present one; a text: it cannot be chosen."""
        model = self._spec.model
        if not model or self._program.model_at_start or model == self.model:
            return None
        option = self._option("model")
        if option:
            return _chosen(option, _value_of(option, model), f"model {model}")
        if self._offer.get("models"):
            return Change("session/set_model", {"modelId": model}, f"model {model}")
        return f"{self._program.name} lets nobody choose its model, and this role wants {model}"

    def thinking(self) -> Change | str | None:
        """The thinking level; a text: it cannot be chosen, which is no reason to stop."""
        level = self._spec.thinking
        if not level:
            return None
        option = self._option("thought_level")
        if not option and self._program.thinks_at_start(self._spec):
            return None
        value = next((value for value in _CALLED.get(level, (level,)) if value in _values(option)), None)
        if value is None:
            return f"{self._program.name} offers no thinking level {level}: it thinks as it does by itself"
        if value == option.get("currentValue"):
            return None
        return _chosen(option, value, f"thinking level {level}", needed=False)

    def _option(self, category: str) -> dict[str, Any]:
        """Cline puts its providers into the category of the models too: the one that is called so comes first."""
        options = map(mapping, sequence(self._offer.get("configOptions")))
        found = [option for option in options if option.get("category") == category]
        return next((option for option in found if option.get("id") == category), found[0] if found else {})


def _entries(option: dict[str, Any]) -> list[dict[str, Any]]:
    """What may be chosen; options may lie in groups."""
    entries: list[dict[str, Any]] = []
    for entry in map(mapping, sequence(option.get("options"))):
        group = [mapping(inner) for inner in sequence(entry.get("options"))]
        entries += group or [entry]
    return entries


def _values(option: dict[str, Any]) -> list[str]:
    return [string(entry.get("value")) for entry in _entries(option)]


def _value_of(option: dict[str, Any], wanted: str) -> str:
    """The value that a person means: it, or the one that is shown by that name (Qwen's are of its own making)."""
    if wanted in _values(option):
        return wanted
    named = (string(entry.get("value")) for entry in _entries(option) if entry.get("name") == wanted)
    return next(named, wanted)


def _chosen(option: dict[str, Any], value: str, what: str, *, needed: bool = True) -> Change:
    params = {"configId": string(option.get("id")), "value": value}
    return Change("session/set_config_option", params, what, needed)
