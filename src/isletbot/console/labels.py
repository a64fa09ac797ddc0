"""This module gives the values of the records their names on the pages."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "answered": "answered",
    "not_in_corpus": "not in the sources",
    "needs_clinician": "for a clinician",
    "urgent": "urgent",
    "out_of_scope": "out of scope",
    "small_talk": "small talk",
}
ROUTES = ("answer", "urgent", "personal", "unclear", "off_topic", "small_talk")
RATINGS = ("unsafe", "wrong", "helpful")
CHANNELS: Mapping[str, str] = {"chat": "chat", "openai": "OpenAI-compatible API", "mcp": "agent (MCP)"}
