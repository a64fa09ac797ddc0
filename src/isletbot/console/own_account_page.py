"""A person changes their own password, renews their recovery codes and ends their sessions."""

from __future__ import annotations

from starlette.responses import Response

from isletbot.console.access import TO_HOME_PAGE
from isletbot.console.authentication import check_second_factor, check_sign_in, forget_attempts, make_recovery_codes
from isletbot.console.form_errors import check_form
from isletbot.console.passwords import ADVISED, LONGEST, SHORTEST, check_password
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter

OWN_ACCOUNT_PATH = "/staff/me"


def make_own_account_pages() -> PageRouter:
    router = PageRouter()
    router.get("/me", needs="viewer")(show_account)
    router.post("/me/password", needs="viewer", show_again=_render_account)(change_password)
    router.post("/me/recovery-codes", needs="viewer", show_again=_render_account)(renew_recovery_codes)
    router.post("/me/sessions/others/end", needs="viewer")(end_other_sessions)
    router.post("/me/sessions/{session}/end", needs="viewer")(end_session)
    return router


def show_account(request: StaffRequest) -> Response:
    return _render_account(request, "")


def _render_account(request: StaffRequest, problem: str, status: int = 200) -> Response:
    context, account = request.context, request.account
    return request.render(
        "me.html",
        TO_HOME_PAGE,
        status,
        problem=problem,
        sessions=context.staff.list_sessions(account.id),
        codes_left=context.staff.read_credentials(account.id).recovery_codes,
        limits={"shortest": SHORTEST, "advised": ADVISED, "longest": LONGEST},
    )


def change_password(request: StaffRequest) -> Response:
    account, context = request.account, request.context
    password = request.form.raw("password")
    with check_form():
        check_sign_in(request, account.name, request.form.raw("current"))
        check_password(password, request.form.raw("again"), (account.name, context.policy.clinic, context.policy.topic))
    kept = context.passwords.hash(password)
    assert request.session
    with request.audited_change("account.password", account.name, "changed"):
        context.staff.set_password(account.id, kept)
        context.staff.end_sessions(account.id, but=request.session.id)
        forget_attempts(request, account)
    return request.redirect(OWN_ACCOUNT_PATH, "Your password is changed. You are signed out everywhere else.")


def renew_recovery_codes(request: StaffRequest) -> Response:
    with check_form():
        check_second_factor(request, request.form.raw("code"))
    with request.audited_change("account.recovery-codes", request.account.name, "made anew"):
        codes = make_recovery_codes(request.context, request.account)
        forget_attempts(request, request.account)
    return request.render("recovery_codes.html", NextAction("Go back to your account", OWN_ACCOUNT_PATH), codes=codes)


def end_session(request: StaffRequest) -> Response:
    with request.audited_change("account.session-ended", request.account.name):
        request.context.staff.end_session(request.account.id, request.path_param("session"))
    return request.redirect(OWN_ACCOUNT_PATH, "That session is over.")


def end_other_sessions(request: StaffRequest) -> Response:
    assert request.session
    with request.audited_change("account.sessions-ended", request.account.name, "all but this one"):
        request.context.staff.end_sessions(request.account.id, but=request.session.id)
    return request.redirect(OWN_ACCOUNT_PATH, "You are signed out everywhere else.")
