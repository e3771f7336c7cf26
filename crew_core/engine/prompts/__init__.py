"""What an agent is told: pure functions from the plan of a run to packet, system prompt and prompt.

Nothing here reads a file, a clock or the environment: the same plan gives the same bytes. ``docs/prompts.md`` shows
every block.
"""

from crew_core.engine.prompts.correction import Correction
from crew_core.engine.prompts.layout import Prompt, prompt_of
from crew_core.engine.prompts.packet import roles_for_plans
from crew_core.engine.prompts.record import PromptRecord
from crew_core.engine.prompts.workspace import WorkspaceFacts

__all__ = ["Correction", "Prompt", "PromptRecord", "WorkspaceFacts", "prompt_of", "roles_for_plans"]
