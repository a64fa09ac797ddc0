"""Settings to where people come in: what is kept, who may come, what they are told, and the way to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from isletbot.answering.graph import Line
from isletbot.curation.name_redaction import learn_vocabulary
from isletbot.curation.records import Channel, Records, Retention
from isletbot.curation.redaction import redact_text
from isletbot.ingestion.question_bank import read_bank
from isletbot.server.desk import Desk
from isletbot.server.handover import Carrier, Handover, Mailbox, Webhook
from isletbot.server.line_queue import Answers
from isletbot.server.reception import Reception, Welcome
from isletbot.server.sessions import Admission
from isletbot.settings import Settings
from isletbot.storage.sql_records import SqlRecords

_USED_BY_MANY = 8
"""Messages of the bank from which a word is no name: writers share few invented names."""


def open_records(settings: Settings) -> SqlRecords:
    """Makes the database, or brings it to today's form, and deletes what is over. Raises RecordsError."""
    records = SqlRecords.open(settings.records_url.get_secret_value(), settings.data_dir)
    records.purge(now(), make_retention(settings))
    return records


def make_reception(settings: Settings, line: Line, answers: Answers, records: Records) -> Reception:
    return Reception(
        desk=Desk(
            answers=answers,
            records=records,
            redact=make_redaction(settings, (passage.text for passage in line.index.everything())),
            say=line.say,
            now=now,
            most_turns=settings.max_history_turns,
            offers_handoff=settings.handoff,
        ),
        admission=Admission(
            records=records,
            widgets=settings.widget_origins,
            lifetime=timedelta(minutes=settings.session_minutes),
            idle=timedelta(minutes=settings.session_idle_minutes),
            now=now,
        ),
        handover=_make_handover(settings, line, records),
        records=records,
        retention=make_retention(settings),
        welcome=_make_welcome(settings, line),
        needs_session=settings.chat_needs_session,
    )


def make_retention(settings: Settings) -> Retention:
    idle = timedelta(minutes=settings.session_idle_minutes)
    return Retention(settings.retention_days, settings.handoff_retention_days, idle)


def make_redaction(settings: Settings, statements: Iterable[str]) -> Callable[[str], str]:
    """Words of the sources, and words that many messages of the question bank use, are no names of patients."""
    used = Counter(word for one in read_bank(settings.questions_dir) for word in set(one.turns[-1].split()))
    vocabulary = learn_vocabulary(statements, (word for word, count in used.items() if count >= _USED_BY_MANY))
    return lambda text: redact_text(text, vocabulary)


def now() -> datetime:
    return datetime.now(UTC)


def _make_welcome(settings: Settings, line: Line) -> Welcome:
    days = settings.retention_days
    return Welcome(
        disclosure=line.say("disclosure", days=str(days)) if days else line.say("disclosure-nothing-kept"),
        contact=settings.clinic_contact,
        emergency=line.say("emergency-line"),
        emergency_numbers=settings.emergency_numbers,
        starters=line.starters,
        max_question_chars=settings.max_question_chars,
    )


def _make_handover(settings: Settings, line: Line, records: Records) -> Handover:
    carriers: dict[Channel, Carrier] = {}
    if webhook := settings.handoff_webhook.get_secret_value():
        carriers["webhook"] = Webhook(webhook)
    if mail := settings.handoff_smtp.get_secret_value():
        carriers["mail"] = Mailbox(mail, line.say("handoff-subject"))
    hours, response_time = settings.handoff_hours, settings.handoff_response_time
    return Handover(
        records=records,
        carriers=carriers,
        offered=settings.handoff,
        hours=hours,
        response_time=response_time,
        consent=line.say("handoff-consent"),
        received=line.say("handoff-received", hours=hours, response_time=response_time),
        now=now,
    )
