"""``acp:cline``: Cline (``cline --acp``, 3.0.65)."""

from __future__ import annotations

from crew_core.agents.acp.known import Known, copied
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.providers import KEYS

_HOME = "CLINE_DATA_DIR"

AGENT = Known(
    program=AcpProgram(
        name="acp:cline",
        login="Set CLINE_API_KEY, or log in with `cline auth` and set shareLogin for acp:cline",
    ),
    command=("cline",),
    arguments=("--acp",),
    keys=("CLINE_API_KEY", *KEYS),
    home=_HOME,
    copies=copied("~/.cline/data", _HOME, "settings/global-settings.json", "settings/cline_mcp_settings.json"),
    tells_usage=False,
)
