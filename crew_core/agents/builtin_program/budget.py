"""How long the conversation may be, and making it shorter in time."""

from __future__ import annotations

from crew_core.agents.builtin_program.compaction import CHARS_PER_TOKEN, STAGES, compacted, size
from crew_core.agents.builtin_program.conversation import Conversation
from crew_core.agents.builtin_program.stream import Stream

#: Compaction that saves less than this part is none: the next stage is tried.
_WORTH_IT = 0.95

#: No text takes fewer tokens than that; a server that counts fewer does not count all.
_MOST_CHARS = 8.0


class Budget:
    """``keep`` before each request, ``learn`` after it, ``shorten`` when the server says that it is too long."""

    def __init__(self, tokens: float, stream: Stream) -> None:
        self._tokens = tokens
        self._stream = stream
        #: What the server counted for how many characters; until then a guess.
        self._chars_per_token = float(CHARS_PER_TOKEN)
        self._asked_chars = 0

    def keep(self, conversation: Conversation) -> None:
        while size(conversation.messages) / self._chars_per_token > self._tokens:
            if not self.shorten(conversation):
                break
        self._asked_chars = size(conversation.messages)

    def learn(self, usage: dict[str, int] | None) -> None:
        """What system text and tools take counts as the conversation's: rather a little too early."""
        counted = (usage or {}).get("input", 0) + (usage or {}).get("cacheRead", 0)
        if counted and self._asked_chars > 10_000:
            self._chars_per_token = min(_MOST_CHARS, max(1.0, self._asked_chars / counted))

    def shorten(self, conversation: Conversation) -> bool:
        """By the first stage that saves something worth it; False when none does."""
        before = size(conversation.messages)
        for stage in range(STAGES):
            shorter = compacted(conversation.messages, stage)
            after = size(shorter)
            if after < before * _WORTH_IT:
                conversation.messages = shorter
                said = f"the conversation was shortened from {before} to {after} characters"
                self._stream.compaction(said, before, after)
                return True
        return False
