"""Opens sessions from allowed pages and authenticates them by a secret token."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from isletbot.curation.records import Session, Sessions
from isletbot.errors import InputError

_log = logging.getLogger(__name__)
OWN_WIDGET = "demo"
"""The widget of this server's own pages, unless the settings give it other origins."""
_TOKEN_BYTES = 32
_OPEN_ONE = "Open one with POST /v1/sessions."


@dataclass(frozen=True, slots=True)
class OpenedSession:
    session: Session
    token: str


@dataclass(frozen=True, slots=True)
class SessionGate:
    records: Sessions
    widgets: Mapping[str, tuple[str, ...]]
    lifetime: timedelta
    idle: timedelta
    now: Callable[[], datetime]

    def open_session(self, widget: str, origin: str, own_origin: str) -> OpenedSession:
        """`origin` is the page's, or empty when no page asks; `own_origin` is this server's. Raises InputError."""
        # Browsers name the origin of every POST, so a caller without one is no page.
        allowed = self.widgets.get(widget, (own_origin, "") if widget == OWN_WIDGET else None)
        if allowed is None:
            raise InputError(
                f"There is no widget {widget[:64]!r}.", code="widget_unknown", remedy="Use the id the clinic gave."
            )
        if origin not in allowed:
            _log.warning("no session for widget %.64r: origin %.100r is not on its list", widget, origin)
            raise InputError(
                f"Pages of {origin[:100]!r} may not use this widget.",
                code="origin_not_allowed",
                remedy="Whoever runs this server can put the origin on its list.",
            )
        now, token = self.now(), secrets.token_urlsafe(_TOKEN_BYTES)
        session = Session(uuid4().hex, widget, origin, now, now + self.lifetime, now)
        self.records.open_session(session, digest_token(token))
        return OpenedSession(session, token)

    def authenticate(self, token: str, origin: str, *, expired: bool = False) -> Session:
        """Returns the session of this token; with `expired`, also one that has ended. Raises InputError with a code of
        its own for each refusal."""
        if not token:
            raise InputError("There is no session token.", code="session_missing", remedy=_OPEN_ONE)
        session = self.records.find_session(digest_token(token))
        if session is None:
            raise refuse_unknown()
        if origin and session.origin and origin != session.origin:
            raise InputError(
                f"This session was not opened from {origin[:100]!r}.", code="origin_not_allowed", remedy=_OPEN_ONE
            )
        now = self.now()
        if not expired and not (now < session.expires_at and now < session.seen_at + self.idle):
            raise InputError("This session is over.", code="session_expired", remedy=_OPEN_ONE)
        return session


def refuse_unknown() -> InputError:
    return InputError("This session is not known, or was deleted.", code="session_unknown", remedy=_OPEN_ONE)


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
