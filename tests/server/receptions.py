"""A reception over records in a file of its own, with a clock that tests can turn."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from isletbot.curation.redaction import redact_text
from isletbot.prompts import load_prompts
from isletbot.server.desk import Desk
from isletbot.server.handover import Handover
from isletbot.server.line_queue import Answers
from isletbot.server.reception import Reception, Welcome
from isletbot.server.sessions import Admission
from isletbot.storage.sql_records import SqlRecords
from tests.kept import HOUR, NOW, RETENTION

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
CLINIC = "https://clinic.example"
WIDGETS = {"clinic": (CLINIC, "https://www.clinic.example")}


@dataclass
class TurnedClock:
    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, time: timedelta) -> None:
        self.moment += time


RECEPTIONS = ("records", "clock", "needs_session", "carriers", "retention", "handoff")


@cache
def make_empty() -> bytes:
    """Records of today's form, as a file."""
    folder = Path(tempfile.mkdtemp(prefix="isletbot-test-"))
    records = SqlRecords.open(None, folder)
    records.database.forget_log()
    records.close()
    content = (folder / "records.sqlite").read_bytes()
    shutil.rmtree(folder)
    return content


def open_fleeting() -> SqlRecords:
    """Empty records, gone with the test session."""
    folder = Path(tempfile.mkdtemp(prefix="isletbot-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "records.sqlite").write_bytes(make_empty())
    return SqlRecords.open(None, folder)


def read_files(records: SqlRecords) -> bytes:
    """All that lies on the disk."""
    path = Path(str(records.database.engine.url.database))
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def a_reception(
    answers: Answers, records: SqlRecords | None = None, clock: TurnedClock | None = None, **changes: object
) -> Reception:
    """`changes` are named in RECEPTIONS."""
    now, records = clock or TurnedClock(), records or open_fleeting()
    say = load_prompts(PROMPTS, emergency="911", crisis="988", contact="the clinic at 555 0100").say
    handover = Handover(
        records=records,
        carriers=changes.get("carriers", {}),  # type: ignore[arg-type]
        offered=bool(changes.get("handoff", True)),
        hours="weekdays 9 to 5",
        response_time="two working days",
        consent=say("handoff-consent"),
        received=say("handoff-received", hours="weekdays 9 to 5", response_time="two working days"),
        now=now,
    )
    return Reception(
        desk=Desk(answers, records, redact_text, say, now, most_turns=4, offers_handoff=handover.offered),
        admission=Admission(records, WIDGETS, lifetime=12 * HOUR, idle=2 * HOUR, now=now),
        handover=handover,
        records=records,
        retention=changes.get("retention", RETENTION),  # type: ignore[arg-type]
        welcome=Welcome(
            disclosure=say("disclosure", days="30"),
            contact="the clinic at +1 555 0100",
            emergency="If this is an emergency, call 911.",
            emergency_numbers="911 or 112",
            starters=("What is zimislecel?",),
            max_question_chars=200,
        ),
        needs_session=bool(changes.get("needs_session", False)),
    )
