"""What a chunk of a streamed chat completion says, whichever server wrote it.

The form is OpenAI's (https://platform.openai.com/docs/api-reference/chat-streaming); servers differ in what they leave
out, and in where they put reasoning and cached tokens.
"""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import count, mapping, string

#: Where servers stream what the model says to itself: DeepSeek, vLLM and llama.cpp; OpenRouter, Groq and Ollama.
_REASONING = ("reasoning_content", "reasoning")


def text_of(content: Any) -> str:
    """A text, or the text parts of a content that is a list."""
    if isinstance(content, list):
        parts = map(mapping, content)
        return "".join(string(part.get("text")) for part in parts if part.get("type") in (None, "text", "output_text"))
    return string(content)


def reasoning_of(delta: dict[str, Any]) -> str:
    return next((string(delta[name]) for name in _REASONING if string(delta.get(name))), "")


def usage_of(reported: dict[str, Any]) -> dict[str, int]:
    """By the names of ``Usage``, without what is not reported; the server's input contains what came from its cache."""
    details = mapping(reported.get("prompt_tokens_details"))
    whole = count(reported.get("prompt_tokens"))
    cached = count(details.get("cached_tokens"))
    if cached is None:
        cached = count(reported.get("prompt_cache_hit_tokens"))
    said = {
        "input": None if whole is None else max(0, whole - (cached or 0)),
        "output": count(reported.get("completion_tokens")),
        "reasoning": count(mapping(reported.get("completion_tokens_details")).get("reasoning_tokens")),
        "cacheRead": cached,
    }
    return {name: number for name, number in said.items() if number is not None}


def error_of(body: Any) -> str:
    """The words of an error that a server sends as JSON; empty when there are none."""
    error = mapping(body).get("error")
    if isinstance(error, str):
        return error
    found = mapping(error) or mapping(body)
    return string(found.get("message")) or string(found.get("detail")) or (str(error) if error else "")


def code_of(body: Any) -> str:
    """Code and type of such an error, as one text to look into."""
    error = mapping(mapping(body).get("error"))
    return f"{error.get('code') or ''} {error.get('type') or ''}".strip()
