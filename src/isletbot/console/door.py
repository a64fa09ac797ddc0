"""What a request meets before its page: the address, the session, the role, the form's token. Whatever is not allowed
is refused, and what somebody typed is never lost over it."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from isletbot.console.forms import FORM_TOKEN, NO_FORM, Form, read_form
from isletbot.console.house import House
from isletbot.console.look import Look, NextStep
from isletbot.console.pages import Page
from isletbot.console.tokens import digest_token, is_form_token, make_token
from isletbot.console.visit import COOKIE, HOME, Visit
from isletbot.curation.staff import ROLES, Account, StaffSession
from isletbot.errors import InputError, IsletbotError, Unavailable

_log = logging.getLogger(__name__)
_TOUCH_SECONDS = 60
SIGN_IN = NextStep("Sign in", "/staff/sign-in")
TO_START = NextStep("Go to the first page", HOME)
_RECORDS_AWAY = "The records cannot be reached."
_STAGES = {"enrol": "/staff/second-factor/set-up", "second-factor": "/staff/second-factor"}


class Door:
    def __init__(self, house: House, look: Look) -> None:
        self._house = house
        self._look = look

    async def let_in(self, page: Page, request: Request) -> Response:
        form, problem = NO_FORM, None
        if page.method == "POST":
            try:
                form = await read_form(request, self._house.manners.most_form_bytes)
            except InputError as error:
                problem = error
        return await to_thread.run_sync(self._answer, page, request, form, problem)

    def _answer(self, page: Page, request: Request, form: Form, problem: InputError | None) -> Response:
        token = request.cookies.get(COOKIE, "")
        visit = Visit(self._house, self._look, request, form, token or make_token(), is_new=not token)
        try:
            if self._is_elsewhere(request):
                return refuse(visit, 404, "There is no such page.", "")
            visit = self._recognise(visit)
            return self._check(page, visit, problem) or page.show(visit)
        except InputError as error:
            return refuse(visit, 422, error.message, error.remedy)
        except Unavailable as error:
            return refuse(visit, 503, error.message, error.remedy)
        except IsletbotError as error:
            _log.error("%s: %s", type(error).__name__, error)
            return refuse(visit, 503, _RECORDS_AWAY, "Nothing was changed. Try again soon.")
        except Exception:
            _log.exception("defect")
            return refuse(visit, 500, "Something went wrong here.", "Whoever runs the server finds it in its log.")

    def _is_elsewhere(self, request: Request) -> bool:
        address = self._house.manners.address
        return bool(address) and request.headers.get("host", "").lower() != address.split("://")[1]

    def _recognise(self, visit: Visit) -> Visit:
        """The visit with its session, when there is one that is not over."""
        found = None if visit.is_new else self._house.staff.find_session(digest_token(visit.token))
        if found is None:
            return visit
        session, account = found
        now = self._house.now()
        if self._is_over(session, now):
            return visit
        if (now - session.seen_at).total_seconds() > _TOUCH_SECONDS:
            self._house.staff.touch_session(session.id, now)
        return _with_session(visit, session, account)

    def _is_over(self, session: StaffSession, now: datetime) -> bool:
        return now >= session.expires_at or now >= session.seen_at + self._house.manners.idle

    def _check(self, page: Page, visit: Visit, problem: InputError | None) -> Response | None:
        """The refusal, if there is one. Deny is the default: only what is named here is let through."""
        if page.method == "POST" and not self._is_same_origin(visit.request):
            visit.write_down("access.refused", visit.path, "sent from a page of another origin")
            return refuse(visit, 403, "This did not come from a page of the console.", "Open it from here.", keep=False)
        if problem:
            return refuse(visit, 413 if problem.code == "body_too_large" else 422, problem.message, problem.remedy)
        if refusal := _check_needs(page, visit):
            return refusal
        if page.method == "POST" and not is_form_token(visit.form.raw(FORM_TOKEN), visit.token):
            visit.write_down("access.refused", visit.path, "the form had no token of this session")
            return refuse(visit, 403, "The form is older than your session, or not from it.", "Nothing was changed.")
        return None

    def _is_same_origin(self, request: Request) -> bool:
        own = self._house.manners.address or f"{request.url.scheme}://{request.headers.get('host', '')}"
        return request.headers.get("origin", "") == own


def _with_session(visit: Visit, session: StaffSession, account: Account) -> Visit:
    return Visit(visit.house, visit.look, visit.request, visit.form, visit.token, False, session, account)


def _check_needs(page: Page, visit: Visit) -> Response | None:
    stage = visit.session.stage if visit.session else ""
    if page.needs == "nobody" or page.needs == stage:
        return None
    if stage in _STAGES or (stage == "in" and page.needs not in ROLES):
        return visit.redirect(_STAGES.get(stage, HOME))
    if stage != "in":
        return ask_to_sign_in(visit)
    if page.needs in ROLES and visit.may(page.needs):
        return None
    visit.write_down("access.refused", visit.path, f"needs {page.needs}, is {visit.account.role}")
    return refuse(visit, 403, f"Your role, {visit.account.role}, does not open this page.", "Ask an admin.", keep=False)


def ask_to_sign_in(visit: Visit) -> Response:
    """What was typed goes along, and comes back once the person is in."""
    if visit.request.method == "GET":
        target = visit.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        return visit.redirect(f"/staff/sign-in?to={quote(target)}" if visit.path != HOME else "/staff/sign-in")
    text = "Your session is over. Sign in: what you wrote is kept in this page and comes back then."
    given = {"problem": text, "carried": visit.form.kept, "carried_to": visit.path, "name": "", "to": ""}
    return visit.render("sign_in.html", SIGN_IN, 401, **given)


def refuse(visit: Visit, status: int, problem: str, remedy: str, *, keep: bool = True) -> Response:
    """A page that says what went wrong, with the form's texts to send once more."""
    kept = visit.form.kept if keep and visit.request.method == "POST" else ()
    step = TO_START if visit.is_in else SIGN_IN
    given = {"problem": problem, "remedy": remedy, "carried": kept, "carried_to": visit.path}
    return visit.render("refused.html", step, status, **given)
