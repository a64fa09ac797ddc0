"""Builds what the HTTP routes need: records, redaction, session checks, welcome text and handoff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from isletbot.answering.line import Line
from isletbot.curation.name_redaction import learn_vocabulary
from isletbot.curation.records import HandoffChannelName, Records, Retention
from isletbot.curation.redaction import redact_text
from isletbot.ingestion.question_bank import read_bank
from isletbot.prompts import Prompts
from isletbot.server.chat_handler import ChatHandler
from isletbot.server.concurrency import AskAsync
from isletbot.server.dependencies import ServerContext, Welcome
from isletbot.server.handoff import HandoffChannel, HandoffSender, Mailbox, Webhook
from isletbot.server.sessions import SessionGate
from isletbot.settings import Settings
from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Passage

Redact = Callable[[str], str]
_USED_BY_MANY = 8
"""A word that this many messages of the bank use is no name: writers share few invented names."""


def open_records(settings: Settings) -> SqlRecords:
    """Opens the database, migrates it, and deletes expired records. Raises RecordsError."""
    records = SqlRecords.open(settings.records_url.get_secret_value(), settings.data_dir)
    records.purge(now(), make_retention(settings))
    return records


def make_server_context(
    settings: Settings, line: Line, ask: AskAsync, records: Records, redact: Redact, prompts: Prompts
) -> ServerContext:
    return ServerContext(
        chat=ChatHandler(
            ask=ask,
            records=records,
            redact=redact,
            say=line.say,
            now=now,
            most_turns=settings.max_history_turns,
            offers_handoff=settings.handoff,
        ),
        sessions=SessionGate(
            records=records,
            widgets=settings.widget_origins,
            lifetime=timedelta(minutes=settings.session_minutes),
            idle=timedelta(minutes=settings.session_idle_minutes),
            now=now,
        ),
        handoff=_make_handoff(settings, prompts, records),
        records=records,
        retention=make_retention(settings),
        welcome=_make_welcome(settings, prompts, line.starters),
        needs_session=settings.chat_needs_session,
    )


def make_retention(settings: Settings) -> Retention:
    idle = timedelta(minutes=settings.session_idle_minutes)
    return Retention(settings.retention_days, settings.handoff_retention_days, idle)


def make_redaction(settings: Settings, passages: Iterable[Passage]) -> Redact:
    """Builds redaction that spares words of the sources and words that many messages of the question bank use."""
    used = Counter(word for one in read_bank(settings.questions_dir) for word in set(one.turns[-1].split()))
    common = (word for word, count in used.items() if count >= _USED_BY_MANY)
    said = tuple(passages)
    addresses = {passage.source.url for passage in said}
    vocabulary = learn_vocabulary((passage.text for passage in said), common, addresses)
    return lambda text: redact_text(text, vocabulary)


def now() -> datetime:
    return datetime.now(UTC)


def _make_welcome(settings: Settings, prompts: Prompts, starters: tuple[str, ...]) -> Welcome:
    kept = settings.retention_days
    name, values = ("disclosure", {"days": str(kept)}) if kept else ("disclosure-nothing-kept", {})
    return Welcome(
        disclosure=prompts.say("disclosure", **values) if kept else prompts.say("disclosure-nothing-kept"),
        disclosures=prompts.list_agreed_translations(name, **values),
        contact=prompts.constants["contact"],
        emergency=prompts.say("emergency-line"),
        emergency_numbers=settings.emergency_numbers,
        starters=starters,
        max_question_chars=settings.max_question_chars,
    )


def _make_handoff(settings: Settings, prompts: Prompts, records: Records) -> HandoffSender:
    channels: dict[HandoffChannelName, HandoffChannel] = {}
    if webhook := settings.handoff_webhook.get_secret_value():
        channels["webhook"] = Webhook(webhook)
    if mail := settings.handoff_smtp.get_secret_value():
        channels["mail"] = Mailbox(mail, prompts.say("handoff-subject"))
    return HandoffSender(
        records=records,
        channels=channels,
        offered=settings.handoff,
        hours=settings.handoff_hours,
        response_time=settings.handoff_response_time,
        consent=prompts.say("handoff-consent"),
        consents=prompts.list_agreed_translations("handoff-consent"),
        say=prompts.say,
        now=now,
    )
