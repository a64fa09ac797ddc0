"""How the server of a chat model is asked to hold it to a JSON schema, where it offers that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Way = Callable[[Mapping[str, object]], Mapping[str, object]]
_REFUSED = frozenset({400, 422})
"""HTTP statuses of a server that does not know the option it was sent."""
_WAYS: Mapping[str, tuple[Way, ...]] = {
    "openai": (
        lambda form: {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "plan", "strict": True, "schema": form},
            }
        },
        # As llama.cpp and servers like it had it before OpenAI had any.
        lambda form: {"response_format": {"type": "json_object", "schema": form}},
        lambda form: {"response_format": {"type": "json_object"}},
    ),
    "ollama": (lambda form: {"format": form},),
}
"""Of a provider, the strictest first. Others are asked in words alone."""


class Structured:
    """Begins with the strictest way and goes down when the server refuses one, for as long as the process lives."""

    def __init__(self, provider: str) -> None:
        self._ways = _WAYS.get(provider, ())
        self.level = 0

    def options(self, form: Mapping[str, object] | None) -> Mapping[str, Any]:
        """What goes with the call; nothing when there is no form, or no way left."""
        return self._ways[self.level](form) if form and self.level < len(self._ways) else {}

    def steps_down(self, error: Exception, tried: int) -> bool:
        """Whether another try may do: the server refused a call that had the option of level `tried`."""
        if getattr(error, "status_code", None) not in _REFUSED or tried >= len(self._ways):
            return False
        self.level = max(self.level, tried + 1)
        return True
