"""The records hold the kill switch, so that every replica sees it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete, insert, select

from isletbot.errors import RecordsError
from isletbot.storage.database import Database
from isletbot.storage.queue_tables import kill_switch

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0


class SqlKillSwitch:
    """The switch is off while the records say so, or while a file exists, which works when the records cannot be
    reached too."""

    def __init__(self, database: Database, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._path, self._clock = database, path, clock
        self._off = False
        self._looked = float("-inf")

    @property
    def off(self) -> bool:
        """Reads the state once a second, and repeats the last one while the records cannot be reached."""
        if self._clock() - self._looked > _LOOK_SECONDS:
            try:
                self._off = self._read()
            except RecordsError as error:
                _log.error("whether the switch is off cannot be read: %s", error)
            self._looked = self._clock()
        return self._off or self._path.exists()

    def turn_off(self) -> None:
        self._write(off=True)

    def turn_on(self) -> None:
        """Turns the switch on and deletes the file where this server sees it."""
        self._write(off=False)
        self._path.unlink(missing_ok=True)

    def _read(self) -> bool:
        with self._database.read() as connection:
            return bool(connection.execute(select(kill_switch.c.turned_off)).scalar())

    def _write(self, *, off: bool) -> None:
        with self._database.write() as connection:
            connection.execute(delete(kill_switch))
            connection.execute(insert(kill_switch).values(id=1, turned_off=off))
        self._looked = float("-inf")
