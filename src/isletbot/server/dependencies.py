"""Holds what the HTTP routes need, as ServerContext: chat handler, session checks, handoff and welcome text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anyio import to_thread
from fastapi import Request

from isletbot.curation.records import Records, Retention, Session
from isletbot.request_headers import read_headers
from isletbot.server.chat_handler import ChatHandler
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.handoff import HandoffSender
from isletbot.server.sessions import SessionGate

REPEAT_DISCLOSURE_DAYS = 7
_PHONE = re.compile(r"\+?\(?\d[\d ().-]{5,}\d")


@dataclass(frozen=True, slots=True)
class Welcome:
    """The text that a person reads before the first question."""

    disclosure: str
    contact: str
    emergency: str
    emergency_numbers: str
    starters: tuple[str, ...]
    max_question_chars: int
    disclosures: Mapping[str, str] = field(default_factory=dict)
    """The disclosure in other languages, by subtag. No native reader has signed them: the English stands beside."""

    def to_json(self, retention_days: int) -> Mapping[str, object]:
        phone = _PHONE.search(self.contact)
        return {
            "disclosure": {
                "text": self.disclosure,
                "translations": dict(self.disclosures),
                "retention_days": retention_days,
                "repeat_after_days": REPEAT_DISCLOSURE_DAYS,
            },
            "contact": {"text": self.contact, "phone": phone[0] if phone else ""},
            "emergency": {"text": self.emergency, "numbers": re.findall(r"\d[\d ]*\d", self.emergency_numbers)},
            "starters": list(self.starters),
            "max_question_chars": self.max_question_chars,
        }


@dataclass(frozen=True, slots=True)
class ServerContext:
    """Shared by all routes; wiring fills it."""

    chat: ChatHandler
    sessions: SessionGate
    handoff: HandoffSender
    records: Records
    retention: Retention
    welcome: Welcome
    needs_session: bool
    emergency_handler: EmergencyHandler | None = None
    """Answers emergencies before everything else."""

    async def find_session(self, request: Request) -> Session | None:
        """Returns None for a caller without a token, where sessions are optional. Raises InputError."""
        if not (token := read_headers(request.scope).bearer) and not self.needs_session:
            return None
        return await self.authenticate(request, token)

    async def authenticate(self, request: Request, token: str | None = None, *, expired: bool = False) -> Session:
        """Raises InputError with a code of its own for each refusal."""
        headers = read_headers(request.scope)
        token = headers.bearer if token is None else token
        return await to_thread.run_sync(lambda: self.sessions.authenticate(token, headers.origin, expired=expired))
