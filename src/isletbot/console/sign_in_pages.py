"""These pages sign a person in: password, second factor, the set-up of both, and sign-out."""

from __future__ import annotations

import pyotp
from starlette.responses import Response

from isletbot.console.access import SIGN_IN, TO_HOME_PAGE
from isletbot.console.account_names import read_name
from isletbot.console.authentication import (
    ISSUER,
    begin_session,
    check_second_factor,
    check_sign_in,
    make_recovery_codes,
    use_code,
)
from isletbot.console.form_errors import check_form
from isletbot.console.form_parsing import CARRIED_TO
from isletbot.console.passwords import ADVISED, LONGEST, SHORTEST, check_password
from isletbot.console.qr_code import draw_code
from isletbot.console.rendering import NextAction
from isletbot.console.request import COOKIE, HOME, StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.tokens import digest_token

_NO_COOKIE = "Your browser sent no cookie back. Open the console over https, and load this page again."
_WRONG_CODE = "This code is wrong. Wait for the next one of your app, and check the clock of its phone."
_ENTER_CODE = NextAction("Enter the code of your app", "/staff/second-factor")
_SET_UP = NextAction("Set up the second factor", "/staff/second-factor/set-up")


def make_sign_in_pages() -> PageRouter:
    router = PageRouter()
    router.get("/sign-in", needs="nobody")(show_sign_in)
    router.post("/sign-in", needs="nobody", show_again=_render_sign_in)(sign_in)
    router.get("/set-up/{link}", needs="nobody")(show_set_up)
    router.post("/set-up/{link}", needs="nobody", show_again=_render_set_up)(submit_set_up)
    router.get("/second-factor", needs="second-factor")(show_second_factor)
    router.post("/second-factor", needs="second-factor", show_again=_render_second_factor)(submit_second_factor)
    router.get("/second-factor/set-up", needs="enrol")(show_enrolment)
    router.post("/second-factor/set-up", needs="enrol")(submit_enrolment)
    router.post("/sign-out", needs="viewer")(sign_out)
    return router


def show_sign_in(request: StaffRequest) -> Response:
    if request.is_signed_in:
        return request.redirect(HOME)
    return _render_sign_in(request, "")


def _render_sign_in(request: StaffRequest, problem: str, status: int = 200) -> Response:
    return request.render(
        "sign_in.html",
        SIGN_IN,
        status,
        problem=problem,
        name=request.form.raw("name")[:64],
        to=_read_target(request),
        carried=request.form.carried,
        carried_to=request.form.raw(CARRIED_TO),
    )


def sign_in(request: StaffRequest) -> Response:
    if request.needs_cookie:
        return _render_sign_in(
            request,
            "Your browser did not send this page's cookie back. Open the console over https, or load it anew.",
            403,
        )
    with check_form(refused=401, limited=429):
        name = read_name(request.form.raw("name"))
        account = check_sign_in(request, name, request.form.raw("password"))
    if account.ready:
        return _render_second_factor(begin_session(request, account, "second-factor"), "")
    return _render_enrolment(begin_session(request, account, "enrol"), "")


def show_second_factor(request: StaffRequest) -> Response:
    return _render_second_factor(request, "")


def _render_second_factor(request: StaffRequest, problem: str, status: int = 200) -> Response:
    return request.render(
        "second_factor.html",
        _ENTER_CODE,
        status,
        problem=problem,
        to=_read_target(request),
        carried=request.form.carried,
        carried_to=request.form.raw(CARRIED_TO),
    )


def submit_second_factor(request: StaffRequest) -> Response:
    with check_form(refused=401, limited=429):
        check_second_factor(request, request.form.raw("code"))
    return _redirect_to_target(begin_session(request, request.account, "in"))


def _redirect_to_target(request: StaffRequest) -> Response:
    """Goes on to the page that the person asked for, or back to the form that the sign-in interrupted."""
    target = request.form.raw(CARRIED_TO)
    if request.form.carried and _is_own_path(target):
        return request.render("resume.html", TO_HOME_PAGE, carried=request.form.carried, carried_to=target)
    response = request.redirect(_read_target(request) or HOME)
    request.set_session_cookie(response)
    return response


def show_enrolment(request: StaffRequest) -> Response:
    return _render_enrolment(request, "")


def _render_enrolment(request: StaffRequest, problem: str, status: int = 200) -> Response:
    if request.account.ready:  # set up in another window since
        return request.redirect(SIGN_IN.path)
    secret = request.context.staff.start_factor(request.account.id, pyotp.random_base32())
    address = pyotp.TOTP(secret).provisioning_uri(name=request.account.name, issuer_name=ISSUER)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return request.render(
        "enrol.html", _SET_UP, status, problem=problem, secret=groups, address=address, code=draw_code(address)
    )


def submit_enrolment(request: StaffRequest) -> Response:
    typed = "".join(request.form.raw("code").split())
    if request.account.ready or not use_code(request.context, request.account, typed):
        return _render_enrolment(request, _WRONG_CODE, 422)
    with request.audited_change("account.second-factor", request.account.name, "set up"):
        codes = make_recovery_codes(request.context, request.account)
        arrived = begin_session(request, request.account, "in")
    return arrived.render("recovery_codes.html", TO_HOME_PAGE, codes=codes)


def show_set_up(request: StaffRequest) -> Response:
    return _render_set_up(request, "")


def _render_set_up(request: StaffRequest, problem: str, status: int = 200) -> Response:
    account = request.context.staff.find_link(digest_token(request.path_param("link")), request.context.now())
    if account is None:
        return request.render("link_over.html", SIGN_IN, 404)
    limits = {"shortest": SHORTEST, "advised": ADVISED, "longest": LONGEST}
    next_action = NextAction("Choose a password", request.path)
    return request.render("set_up.html", next_action, status, problem=problem, name=account.name, **limits)


def submit_set_up(request: StaffRequest) -> Response:
    account = request.context.staff.find_link(digest_token(request.path_param("link")), request.context.now())
    if account is None:
        return request.render("link_over.html", SIGN_IN, 404)
    password, again = request.form.raw("password"), request.form.raw("again")
    with check_form():
        policy = request.context.policy
        check_password(password, again, (account.name, policy.clinic, policy.topic))
    kept = request.context.passwords.hash(password)
    with request.audited_change("account.password", account.name, "set with a set-up link", who=account.name):
        request.context.staff.set_password(account.id, kept)
        begun = begin_session(request, account, "enrol")
    response = request.redirect("/staff/second-factor/set-up")
    begun.set_session_cookie(response)
    return response


def sign_out(request: StaffRequest) -> Response:
    assert request.session
    with request.audited_change("sign-out.done", request.account.name):
        request.context.staff.end_session(request.account.id, request.session.id)
    response = request.redirect("/staff/sign-in", "You are signed out.")
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _read_target(request: StaffRequest) -> str:
    target = request.form.raw("to") or request.query("to")
    return target if _is_own_path(target) else ""


def _is_own_path(path: str) -> bool:
    return path.startswith(HOME) and "//" not in path and "\\" not in path and path.isprintable()
