"""The agent programs that people have: how each is got, which versions were tried, and where its login is."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: Version numbers, part by part.
Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Old:
    """Versions before ``before`` do something differently: ``says`` what."""

    before: Version
    says: str


@dataclass(frozen=True, slots=True)
class KnownProgram:
    """``executable`` is looked for in the PATH; ``install`` gets it.

    ``tested``: the first and the last version that this version of crew-tui was tried with, None for none; parts that
    they leave out may be anything. ``old``: what is known of versions before those.

    ``keys``: variables of which one is enough. ``logins``: files below the person's home that are there when somebody
    has logged in; ``login_command`` makes them. ``configured``: likewise files that may name providers with their keys,
    and that each run gets a copy of. ``state_variables`` say where it keeps all this; a single one stands for
    ``state_directory`` below the home. ``keychains``: the platforms on which the login may be in a keychain, where
    nobody looks. ``node``: the oldest Node.js that it works with.
    """

    name: str
    executable: str
    install: str
    tested: tuple[Version, Version] | None
    keys: tuple[str, ...]
    logins: tuple[str, ...]
    configured: tuple[str, ...] = ()
    state_variables: tuple[str, ...] = ()
    state_directory: str = ""
    old: tuple[Old, ...] = ()
    login_command: str = ""
    keychains: tuple[str, ...] = ()
    node: Version | None = None


_CLAUDE, _CODEX = (
    KnownProgram(
        name="claude",
        executable="claude",
        install="npm install -g @anthropic-ai/claude-code (Node.js 22 or newer), or: pip install claude-agent-sdk",
        tested=((2, 1), (2, 1, 332)),
        keys=(
            *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK"),
            *("CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"),
        ),
        logins=(".claude/.credentials.json",),
        state_variables=("CLAUDE_CONFIG_DIR",),
        state_directory=".claude",
        login_command="claude",
        keychains=("darwin",),
    ),
    KnownProgram(
        name="codex",
        executable="codex",
        install="npm install -g @openai/codex, or: pip install openai-codex-cli-bin",
        tested=((0, 163), (0, 169)),
        keys=("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_ACCESS_TOKEN"),
        logins=(".codex/auth.json",),
        state_variables=("CODEX_HOME",),
        state_directory=".codex",
        login_command="codex login",
    ),
)

#: In the order in which ``auto`` tries them. All was seen with the programs themselves.
KNOWN_PROGRAMS = (
    _CLAUDE,
    _CODEX,
    KnownProgram(
        name="pi",
        executable="pi",
        install="npm install -g @earendil-works/pi-coding-agent@0.87.1, with an npm that runs under Node.js 22.19 or "
        "newer: under an older one it installs an old pi",
        tested=((0, 80, 4), (0, 87, 1)),
        keys=(
            *("ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"),
            *("GROQ_API_KEY", "XAI_API_KEY", "MISTRAL_API_KEY", "DEEPSEEK_API_KEY", "CEREBRAS_API_KEY"),
        ),
        logins=(".pi/agent/auth.json",),
        configured=(".pi/agent/models.json",),
        state_variables=("PI_CODING_AGENT_DIR",),
        state_directory=".pi/agent",
        login_command="pi",
        old=(
            Old((0, 80, 4), "it does not say when it has settled, so that a retry of its own may be taken for its end"),
            Old((0, 84), "it repeats the whole message with every piece of it, which is slow for long answers"),
        ),
        node=(22, 19),
    ),
    KnownProgram(
        name="gemini",
        executable="gemini",
        install="npm install -g @google/gemini-cli (Node.js 20 or newer)",
        tested=((0, 61), (0, 61)),
        keys=("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA"),
        logins=(".gemini/oauth_creds.json",),
        state_variables=("GEMINI_CLI_HOME",),
        login_command="gemini",
        node=(20,),
    ),
    KnownProgram(
        name="opencode",
        executable="opencode",
        install="npm install -g opencode-ai",
        tested=((1, 18), (1, 18)),
        keys=("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY", "OPENCODE_API_KEY"),
        logins=(".local/share/opencode/auth.json",),
        configured=(".config/opencode/opencode.json", ".config/opencode/opencode.jsonc"),
        state_variables=("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"),
        login_command="opencode auth login",
    ),
)

#: Agents of the Agent Client Protocol, which ``auto`` never chooses. Those of Claude Code and Codex are logged in as
#: these are.
KNOWN_ACP = (
    replace(
        _CLAUDE,
        name="acp:claude",
        executable="claude-agent-acp",
        install="npm install -g @agentclientprotocol/claude-agent-acp (Node.js 22 or newer)",
        tested=((0, 100), (0, 100)),
        node=(22,),
    ),
    replace(
        _CODEX,
        name="acp:codex",
        executable="codex-acp",
        install="npm install -g @agentclientprotocol/codex-acp",
        tested=((2, 6), (2, 6)),
        keys=("OPENAI_API_KEY", "CODEX_API_KEY"),
    ),
    KnownProgram(
        name="acp:qwen",
        executable="qwen",
        install="npm install -g @qwen-code/qwen-code (Node.js 22 or newer)",
        tested=((0, 24), (0, 24)),
        keys=("OPENAI_API_KEY", "DASHSCOPE_API_KEY", "GEMINI_API_KEY"),
        logins=(".qwen/oauth_creds.json",),
        state_variables=("QWEN_HOME",),
        state_directory=".qwen",
        login_command="qwen",
        node=(22,),
    ),
    KnownProgram(
        name="acp:copilot",
        executable="copilot",
        install="npm install -g @github/copilot",
        tested=((1, 0, 102), (1, 0, 102)),
        keys=("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_PROVIDER_API_KEY"),
        logins=(),
        state_variables=("COPILOT_HOME",),
        state_directory=".copilot",
        login_command="copilot login",
        keychains=("darwin", "linux"),
    ),
    KnownProgram(
        name="acp:cline",
        executable="cline",
        install="npm install -g cline",
        tested=((3, 0, 65), (3, 0, 65)),
        keys=("CLINE_API_KEY",),
        logins=(".cline/data/settings/providers.json",),
        state_variables=("CLINE_DATA_DIR",),
        state_directory=".cline/data",
        login_command="cline auth",
    ),
)


def known_program(name: str) -> KnownProgram | None:
    return next((known for known in (*KNOWN_PROGRAMS, *KNOWN_ACP) if known.name == name), None)


def in_words(version: Version) -> str:
    return ".".join(map(str, version))


def range_words(known: KnownProgram) -> str:
    """``0.163 to 0.169``."""
    if known.tested is None:
        return "not tried here"
    least, most = map(in_words, known.tested)
    return least if least == most else f"{least} to {most}"


def is_older(version: Version, than: Version) -> bool:
    return version < than


def is_newer(version: Version, than: Version) -> bool:
    """``1.18.33`` is not newer than ``1.18``."""
    return version[: len(than)] > than
