"""The console checks each request before its page runs: host, session, role and form token. It refuses what no page
allows, and it keeps the text that somebody typed."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from isletbot.console.context import ConsoleContext
from isletbot.console.file_upload import has_file, read_form_with_file
from isletbot.console.form_errors import FormError
from isletbot.console.form_parsing import FORM_TOKEN, NO_FORM, Form, read_form
from isletbot.console.rendering import NextAction, Templates
from isletbot.console.request import COOKIE, HOME, StaffRequest
from isletbot.console.routing import Page
from isletbot.console.tokens import digest_token, is_form_token, make_token
from isletbot.curation.staff import ROLES, Account, StaffSession
from isletbot.errors import InputError, IsletbotError, Unavailable
from isletbot.request_headers import read_headers

_log = logging.getLogger(__name__)
_TOUCH_SECONDS = 60
SIGN_IN = NextAction("Sign in", "/staff/sign-in")
TO_HOME_PAGE = NextAction("Go to the first page", HOME)
_RECORDS_UNREACHABLE = "The records cannot be reached."
_STAGE_PATHS = {"enrol": "/staff/second-factor/set-up", "second-factor": "/staff/second-factor"}


class AccessControl:
    def __init__(self, context: ConsoleContext, templates: Templates) -> None:
        self._context = context
        self._templates = templates

    async def dispatch(self, page: Page, http: Request) -> Response:
        form, problem = NO_FORM, None
        try:
            if page.takes_file and has_file(http):
                if await to_thread.run_sync(self._may_send_file, page, http):
                    form = await read_form_with_file(http, self._context.policy.most_file_bytes)
            elif page.method == "POST":
                form = await read_form(http, self._context.policy.most_form_bytes)
        except InputError as error:
            problem = error
        try:
            return await to_thread.run_sync(self._answer, page, http, form, problem)
        finally:
            if form.file:
                form.file.content.close()

    def _may_send_file(self, page: Page, http: Request) -> bool:
        """Whether a file is worth reading: `_check` refuses everybody else by name."""
        request = StaffRequest(self._context, self._templates, http, NO_FORM, http.cookies.get(COOKIE, ""), False)
        try:
            request = self._load_session(request)
        except IsletbotError:
            return False  # the same failure ends the request below, and says so
        return page.needs in ROLES and request.is_signed_in and request.may(page.needs) and self._is_same_origin(http)

    def _answer(self, page: Page, http: Request, form: Form, problem: InputError | None) -> Response:
        token = http.cookies.get(COOKIE, "")
        request = StaffRequest(
            self._context, self._templates, http, form, token or make_token(), needs_cookie=not token
        )
        try:
            if self._has_wrong_host(http):
                return refuse_request(request, 404, "There is no such page.", "")
            request = self._load_session(request)
            return self._check(page, request, problem) or _show_page(page, request)
        except InputError as error:
            return refuse_request(request, 422, error.message, error.remedy)
        except Unavailable as error:
            return refuse_request(request, 503, error.message, error.remedy)
        except IsletbotError as error:
            _log.error("%s: %s", type(error).__name__, error)
            return refuse_request(request, 503, _RECORDS_UNREACHABLE, "Nothing was changed. Try again soon.")
        except Exception:
            _log.exception("defect")
            return refuse_request(
                request, 500, "Something went wrong here.", "Whoever runs the server finds it in its log."
            )

    def _has_wrong_host(self, http: Request) -> bool:
        address = self._context.policy.address
        return bool(address) and read_headers(http.scope).host.lower() != address.split("://")[1]

    def _load_session(self, request: StaffRequest) -> StaffRequest:
        """Return the request with its session, if that session is still valid."""
        stored = None if request.needs_cookie else self._context.staff.find_session(digest_token(request.token))
        if stored is None:
            return request
        session, account = stored
        now = self._context.now()
        if self._is_expired(session, now):
            return request
        if (now - session.seen_at).total_seconds() > _TOUCH_SECONDS:
            self._context.staff.touch_session(session.id, now)
        return _attach_session(request, session, account)

    def _is_expired(self, session: StaffSession, now: datetime) -> bool:
        return now >= session.expires_at or now >= session.seen_at + self._context.policy.idle

    def _check(self, page: Page, request: StaffRequest, problem: InputError | None) -> Response | None:
        """Returns the refusal, or None when the request may pass. Denial is the default: only what this function names
        passes."""
        if page.method == "POST" and not self._is_same_origin(request.http):
            request.log_action("access.refused", request.path, "sent from a page of another origin")
            return refuse_request(
                request, 403, "This did not come from a page of the console.", "Open it from here.", keep=False
            )
        if problem:
            return refuse_request(
                request, 413 if problem.code == "body_too_large" else 422, problem.message, problem.remedy
            )
        if refusal := _check_needs(page, request):
            return refusal
        if page.method == "POST" and not is_form_token(request.form.raw(FORM_TOKEN), request.token):
            request.log_action("access.refused", request.path, "the form had no token of this session")
            return refuse_request(
                request, 403, "The form is older than your session, or not from it.", "Nothing was changed."
            )
        return None

    def _is_same_origin(self, http: Request) -> bool:
        headers = read_headers(http.scope)
        return headers.origin == (self._context.policy.address or headers.own_origin)


def _show_page(page: Page, request: StaffRequest) -> Response:
    """Runs the page, and shows its form again when the form holds something wrong. Raises InputError when the page has
    no form to show again."""
    try:
        return page.show(request)
    except FormError as error:
        if page.show_again is None:
            raise error.error from error
        return page.show_again(request, str(error), error.status)


def _attach_session(request: StaffRequest, session: StaffSession, account: Account) -> StaffRequest:
    return StaffRequest(
        request.context, request.templates, request.http, request.form, request.token, False, session, account
    )


def _check_needs(page: Page, request: StaffRequest) -> Response | None:
    stage = request.session.stage if request.session else ""
    if page.needs == "nobody" or page.needs == stage:
        return None
    if stage in _STAGE_PATHS or (stage == "in" and page.needs not in ROLES):
        return request.redirect(_STAGE_PATHS.get(stage, HOME))
    if stage != "in":
        return ask_to_sign_in(request)
    if page.needs in ROLES and request.may(page.needs):
        return None
    request.log_action("access.refused", request.path, f"needs {page.needs}, is {request.account.role}")
    return refuse_request(
        request, 403, f"Your role, {request.account.role}, does not open this page.", "Ask an admin.", keep=False
    )


def ask_to_sign_in(request: StaffRequest) -> Response:
    """Redirects to the sign-in page, or shows it at once with the typed fields, which come back after the sign-in."""
    if request.http.method == "GET":
        target = request.path + (f"?{request.http.url.query}" if request.http.url.query else "")
        return request.redirect(f"/staff/sign-in?to={quote(target)}" if request.path != HOME else "/staff/sign-in")
    text = "Your session is over. Sign in: what you wrote is kept in this page and comes back then."
    values = {"problem": text, "carried": request.form.kept, "carried_to": request.path, "name": "", "to": ""}
    return request.render("sign_in.html", SIGN_IN, 401, **values)


def refuse_request(request: StaffRequest, status: int, problem: str, remedy: str, *, keep: bool = True) -> Response:
    """Shows a page that says what went wrong and offers to send the typed fields again."""
    kept = request.form.kept if keep and request.http.method == "POST" else ()
    next_action = TO_HOME_PAGE if request.is_signed_in else SIGN_IN
    values = {"problem": problem, "remedy": remedy, "carried": kept, "carried_to": request.path}
    return request.render("refused.html", next_action, status, **values)
