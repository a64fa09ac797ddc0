"""A StaffRequest holds one request to the console with its session and form, and answers and logs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from isletbot.console.context import ConsoleContext
from isletbot.console.form_parsing import Form
from isletbot.console.rendering import NextAction, Templates
from isletbot.console.tokens import make_form_token
from isletbot.curation.audit import AuditEvent
from isletbot.curation.staff import Account, StaffRole, StaffSession, includes_role
from isletbot.errors import InputError

COOKIE = "__Host-isletbot-staff"
NOTE_COOKIE = "__Host-isletbot-note"
HOME = "/staff/"


@dataclass(frozen=True, slots=True)
class StaffRequest:
    context: ConsoleContext
    templates: Templates
    http: Request
    form: Form
    token: str
    """The token of the session, or of a browser that has no session yet."""
    needs_cookie: bool
    """Whether the response must give the browser the token."""
    session: StaffSession | None = None
    signed_in: Account | None = None

    @property
    def account(self) -> Account:
        """Returns the signed-in account; a page that needs a role always has one."""
        assert self.signed_in is not None
        return self.signed_in

    def may(self, role: StaffRole) -> bool:
        return self.signed_in is not None and self.session is not None and includes_role(self.signed_in.role, role)

    @property
    def is_signed_in(self) -> bool:
        return self.session is not None and self.session.stage == "in"

    @property
    def path(self) -> str:
        return self.http.url.path

    def path_param(self, name: str) -> str:
        """Returns a part of the path by the name that the route gives it."""
        return str(self.http.path_params[name])

    def query(self, name: str) -> str:
        return self.http.query_params.get(name, "")

    def query_day(self, name: str) -> datetime | None:
        """Returns the beginning of the day in UTC, or None when no day is given. Raises InputError."""
        text = self.query(name)
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
        except ValueError:
            raise InputError(f"{text[:40]!r} is no day.", remedy="Write it as 2026-11-20.") from None

    def render(self, template: str, next_action: NextAction, status: int = 200, **values: object) -> Response:
        """Renders a page; every page says what to do next, unless that is the page itself."""
        here = self.http.url.path + (f"?{self.http.url.query}" if self.http.url.query else "")
        signed_in = self.signed_in if self.is_signed_in else None
        note = unquote(self.http.cookies.get(NOTE_COOKIE, ""))[:300]
        text = self.templates.render(
            template,
            request=self,
            note=note,
            form_token=make_form_token(self.token),
            next_action=None if next_action.path == here else next_action,
            nav=self.templates.list_nav(signed_in.role if signed_in else None, self.path, self.context.now()),
            alerts=self.templates.list_warnings() if signed_in else (),
            **values,
        )
        response = Response(text, status, media_type="text/html")
        if note:
            response.delete_cookie(NOTE_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        if self.needs_cookie:
            self.set_session_cookie(response)
        return response

    def redirect(self, path: str, note: str = "") -> Response:
        """Redirects to a page of the console, which shows the note once."""
        response = RedirectResponse(path, 303)
        if note:
            response.set_cookie(
                NOTE_COOKIE, quote(note), max_age=60, path="/", secure=True, httponly=True, samesite="strict"
            )
        return response

    def log_action(self, action: str, target: str = "", detail: str = "", who: str = "") -> None:
        """Adds a row to the audit log, which is durable before anything is shown."""
        name = who or (self.signed_in.name if self.signed_in else "nobody")
        self.context.audit.append(AuditEvent(self.context.now(), name, action, target, detail))

    @contextmanager
    def audited_change(self, action: str, target: str = "", detail: str = "", who: str = "") -> Iterator[None]:
        """Opens a transaction: the change within it and its row in the audit log are stored together or not at all."""
        with self.context.transaction():
            yield
            self.log_action(action, target, detail, who)

    def set_session_cookie(self, response: Response) -> None:
        """Sets a cookie that only this host gets, over https (or on this machine), and that no script reads. It ends
        with the browser."""
        response.set_cookie(COOKIE, self.token, path="/", secure=True, httponly=True, samesite="strict")
