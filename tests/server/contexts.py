"""A context over records in a file of its own, with a clock that tests can turn."""

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
from isletbot.server.chat_handler import ChatHandler
from isletbot.server.concurrency import AskAsync
from isletbot.server.dependencies import ServerContext, Welcome
from isletbot.server.handoff import HandoffSender
from isletbot.server.sessions import SessionGate
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


CONTEXT_OPTIONS = ("records", "clock", "needs_session", "channels", "retention", "handoff")


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


def a_context(
    ask: AskAsync, records: SqlRecords | None = None, clock: TurnedClock | None = None, **changes: object
) -> ServerContext:
    """`changes` are named in CONTEXT_OPTIONS."""
    now, records = clock or TurnedClock(), records or open_fleeting()
    say = load_prompts(PROMPTS, emergency="911", crisis="988", contact="the clinic at 555 0100").say
    handoff = HandoffSender(
        records=records,
        channels=changes.get("channels", {}),  # type: ignore[arg-type]
        offered=bool(changes.get("handoff", True)),
        hours="weekdays 9 to 5",
        response_time="two working days",
        consent=say("handoff-consent"),
        consents={"de": "Ich bin einverstanden."},
        say=say,
        now=now,
    )
    return ServerContext(
        chat=ChatHandler(ask, records, redact_text, say, now, most_turns=4, offers_handoff=handoff.offered),
        sessions=SessionGate(records, WIDGETS, lifetime=12 * HOUR, idle=2 * HOUR, now=now),
        handoff=handoff,
        records=records,
        retention=changes.get("retention", RETENTION),  # type: ignore[arg-type]
        welcome=Welcome(
            disclosure=say("disclosure", days="30"),
            disclosures={"de": "Ich bin ein Computerprogramm."},
            contact="the clinic at +1 555 0100",
            emergency="If this is an emergency, call 911.",
            emergency_numbers="911 or 112",
            starters=("What is zimislecel?",),
            max_question_chars=200,
        ),
        needs_session=bool(changes.get("needs_session", False)),
    )
