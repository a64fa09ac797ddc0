"""Hands a person's message to the clinic: stores it, then sends it to a webhook or mailbox. The message is not
redacted."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import httpx

from isletbot.curation.records import Handoff, HandoffChannelName, Handoffs

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 10.0


def write_reference(handoff: Handoff) -> str:
    """Writes the number that a person and the clinic name a message by: `3F9A-12C7`."""
    return f"{handoff.id[:4]}-{handoff.id[4:8]}".upper()


class HandoffChannel(Protocol):
    """Delivers a handoff, or raises."""

    def deliver(self, handoff: Handoff) -> None: ...


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str

    def deliver(self, handoff: Handoff) -> None:
        message = {
            "id": handoff.id,
            "reference": write_reference(handoff),
            "asked_at": handoff.asked_at.isoformat(),
            "contact": handoff.contact,
            "question": handoff.question,
            "answer_id": handoff.answer_id or None,
        }
        post_message(self.url, message)


def post_message(url: str, message: Mapping[str, object]) -> None:
    """Raises httpx.HTTPError."""
    with httpx.Client(timeout=_PATIENCE_SECONDS, follow_redirects=False, trust_env=False) as client:
        client.post(url, json=message).raise_for_status()


@dataclass(frozen=True, slots=True)
class Mailbox:
    url: str
    """`smtps://user:password@host:465?from=…&to=…`, or `smtp:`, which begins in the open and goes on with TLS."""
    subject: str

    def deliver(self, handoff: Handoff) -> None:
        parts = urlsplit(self.url)
        query = parse_qs(parts.query)
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = self.subject, query["from"][0], query["to"][0]
        message["Message-ID"] = f"<{handoff.id}@isletbot>"
        lines = (handoff.question, "", handoff.contact, write_reference(handoff), handoff.asked_at.isoformat(), "")
        message.set_content("\n".join(lines))
        with self._connect(parts.scheme, parts.hostname or "", parts.port or 0) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)

    @staticmethod
    def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
        safely = ssl.create_default_context()
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_SECONDS, context=safely)
        server = smtplib.SMTP(host, port, timeout=_PATIENCE_SECONDS)
        if host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=safely)
        return server


@dataclass(frozen=True, slots=True)
class HandoffSender:
    records: Handoffs
    channels: Mapping[HandoffChannelName, HandoffChannel]
    offered: bool
    hours: str
    response_time: str
    consent: str
    say: Callable[..., str]
    now: Callable[[], datetime]
    consents: Mapping[str, str] = field(default_factory=dict)
    """The consent in other languages, by subtag, to stand beside the English."""

    def to_json(self) -> Mapping[str, object]:
        return {
            "offered": self.offered,
            "hours": self.hours,
            "response_time": self.response_time,
            "consent": self.consent,
            "consent_translations": dict(self.consents),
        }

    def confirm(self, handoff: Handoff) -> str:
        """Writes what happens next, never that somebody has read the message, with a copy of it."""
        hours = self.say("handoff-hours", hours=self.hours) if self.hours else ""
        time = self.say("handoff-response-time", response_time=self.response_time) if self.response_time else ""
        when = " ".join(filter(None, (hours, time)))
        reference = write_reference(handoff)
        said = self.say(
            "handoff-received", reference=reference, when=when, reach=handoff.contact, message=handoff.question
        )
        return said.replace("  ", " ") if not when else said

    def take(self, session_id: str, contact: str, question: str, answer_id: str) -> Handoff:
        handoff = Handoff(uuid4().hex, session_id, answer_id, contact, question, self.now())
        self.records.keep_handoff(handoff, tuple(self.channels))
        return handoff

    def deliver_due(self) -> None:
        """Delivers every message that is due; a failed one becomes due again later."""
        for delivery in self.records.due_deliveries(self.now()):
            try:
                self.channels[delivery.channel].deliver(delivery.handoff)
            except (KeyError, OSError, httpx.HTTPError, smtplib.SMTPException) as error:
                # Only the kind of error: its words may hold the address, with its password.
                failure = "no longer set" if isinstance(error, KeyError) else type(error).__name__
                _log.warning("a handoff was not delivered by %s: %s", delivery.channel, failure)
                self.records.settle_delivery(delivery, self.now(), failure)
            else:
                self.records.settle_delivery(delivery, self.now())
