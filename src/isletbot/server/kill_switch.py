"""Blocks all but urgent replies while the bot is switched off; those come from rules and need no source or model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from isletbot.errors import Unavailable
from isletbot.ports import Listener
from isletbot.server.concurrency import AnsweringBot
from isletbot.types import Answer, Question


class KillSwitch(Protocol):
    """Read before every question, so that a change holds from the next one on."""

    @property
    def off(self) -> bool: ...

    def turn_off(self) -> None: ...

    def turn_on(self) -> None: ...


class FileKillSwitch:
    """Off while a file exists. Replicas that share the file share the switch."""

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


class SubordinateSwitch:
    """A switch of its own, which is off too while the one above it is."""

    def __init__(self, own: KillSwitch, above: KillSwitch) -> None:
        self._own, self._above = own, above

    @property
    def off(self) -> bool:
        return self._above.off or self._own.off

    def turn_off(self) -> None:
        self._own.turn_off()

    def turn_on(self) -> None:
        self._own.turn_on()


class KillSwitchedBot:
    """Wraps a bot and refuses what is not urgent while the switch is off."""

    def __init__(
        self, bot: AnsweringBot, switch: KillSwitch, is_urgent: Callable[[Question], bool], say_off: str
    ) -> None:
        self._bot = bot
        self._switch = switch
        self._is_urgent = is_urgent
        self._say_off = say_off

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        """Raises Unavailable while the switch is off and the question is not urgent."""
        if self._switch.off and not self._is_urgent(question):
            raise Unavailable(self._say_off, code="switched_off", remedy="Try again later.")
        return self._bot.ask(question, listener=listener)
