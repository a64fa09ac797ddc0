"""The kill switch: when it is off only urgent replies go out; they come from rules and need no source or model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from isletbot.errors import Unavailable
from isletbot.ports import Asks, Listener
from isletbot.types import Answer, Question, Turn


class KillSwitch(Protocol):
    """Looked at before every question, so a change holds from the next one on."""

    @property
    def off(self) -> bool: ...

    def turn_off(self) -> None: ...

    def turn_on(self) -> None: ...


class FileKillSwitch:
    """Off while a file exists. Every replica that sees the file sees the switch, at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def off(self) -> bool:
        return self._path.exists()

    def turn_off(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()

    def turn_on(self) -> None:
        self._path.unlink(missing_ok=True)


class KillSwitchedBot:
    """A bot behind the switch."""

    def __init__(self, bot: Asks, switch: KillSwitch, is_urgent: Callable[[Question], bool], say_off: str) -> None:
        self._bot = bot
        self._switch = switch
        self._is_urgent = is_urgent
        self._say_off = say_off

    def ask(self, text: str, history: Sequence[Turn] = (), listener: Listener | None = None) -> Answer:
        """Raises Unavailable while the switch is off and the question is not urgent."""
        if self._switch.off and not self._is_urgent(Question(text, tuple(history))):
            raise Unavailable(self._say_off, code="switched_off", remedy="Try again later.")
        return self._bot.ask(text, history, listener)
