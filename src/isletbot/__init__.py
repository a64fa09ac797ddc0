"""Answers questions from approved sources. Importing this package loads none of the rooms below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isletbot.types import Answer, Question, Turn
    from isletbot.wiring import Bot

__version__ = "0.1.0"
__all__ = ["Answer", "Bot", "Question", "Turn", "__version__"]

_HOMES = {
    "Answer": "isletbot.types",
    "Bot": "isletbot.wiring",
    "Question": "isletbot.types",
    "Turn": "isletbot.types",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'isletbot' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
