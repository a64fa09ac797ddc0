"""The pages before one is in: signing in, the second factor, setting both up, and going out."""

from __future__ import annotations

import pyotp
from starlette.responses import Response

from isletbot.console.door import SIGN_IN, TO_START
from isletbot.console.entry import (
    ISSUER,
    begin_session,
    check_second_factor,
    check_sign_in,
    make_recovery_codes,
    use_code,
)
from isletbot.console.forms import CARRIED_TO
from isletbot.console.look import NextStep
from isletbot.console.names import read_name
from isletbot.console.pages import Pages
from isletbot.console.passwords import ADVISED, LONGEST, SHORTEST, check_password
from isletbot.console.tokens import digest_token
from isletbot.console.visit import COOKIE, HOME, Visit
from isletbot.errors import InputError

_NO_COOKIE = "Your browser sent no cookie back. Open the console over https, and load this page again."
_WRONG_CODE = "This code is wrong. Wait for the next one of your app, and check the clock of its phone."
_ENTER_CODE = NextStep("Enter the code of your app", "/staff/second-factor")
_SET_UP = NextStep("Set up the second factor", "/staff/second-factor/set-up")


def make_entry_pages() -> Pages:
    pages = Pages()
    pages.get("/sign-in", needs="nobody")(show_sign_in)
    pages.post("/sign-in", needs="nobody")(sign_in)
    pages.get("/set-up/{link}", needs="nobody")(show_set_up)
    pages.post("/set-up/{link}", needs="nobody")(set_up)
    pages.get("/second-factor", needs="second-factor")(show_second_factor)
    pages.post("/second-factor", needs="second-factor")(pass_second_factor)
    pages.get("/second-factor/set-up", needs="enrol")(show_enrolment)
    pages.post("/second-factor/set-up", needs="enrol")(enrol)
    pages.post("/sign-out", needs="viewer")(sign_out)
    return pages


def show_sign_in(visit: Visit) -> Response:
    if visit.is_in:
        return visit.redirect(HOME)
    return _render_sign_in(visit, "")


def _render_sign_in(visit: Visit, problem: str, status: int = 200) -> Response:
    return visit.render(
        "sign_in.html",
        SIGN_IN,
        status,
        problem=problem,
        name=visit.form.raw("name")[:64],
        to=_read_target(visit),
        carried=visit.form.carried,
        carried_to=visit.form.raw(CARRIED_TO),
    )


def sign_in(visit: Visit) -> Response:
    if visit.is_new:
        return _render_sign_in(
            visit,
            "Your browser did not send this page's cookie back. Open the console over https, or load it anew.",
            403,
        )
    try:
        name = read_name(visit.form.raw("name"))
        account = check_sign_in(visit, name, visit.form.raw("password"))
    except InputError as error:
        return _render_sign_in(visit, str(error), 429 if error.code == "too_many_attempts" else 401)
    if account.ready:
        return _render_second_factor(begin_session(visit, account, "second-factor"), "")
    return _render_enrolment(begin_session(visit, account, "enrol"), "")


def show_second_factor(visit: Visit) -> Response:
    return _render_second_factor(visit, "")


def _render_second_factor(visit: Visit, problem: str, status: int = 200) -> Response:
    return visit.render(
        "second_factor.html",
        _ENTER_CODE,
        status,
        problem=problem,
        to=_read_target(visit),
        carried=visit.form.carried,
        carried_to=visit.form.raw(CARRIED_TO),
    )


def pass_second_factor(visit: Visit) -> Response:
    try:
        check_second_factor(visit, visit.form.raw("code"))
    except InputError as error:
        return _render_second_factor(visit, str(error), 429 if error.code == "too_many_attempts" else 401)
    return _arrive(begin_session(visit, visit.account, "in"))


def _arrive(visit: Visit) -> Response:
    """Where the person wanted to go; with what they had written, if signing in came between."""
    target = visit.form.raw(CARRIED_TO)
    if visit.form.carried and _is_own_path(target):
        return visit.render("resume.html", TO_START, carried=visit.form.carried, carried_to=target)
    response = visit.redirect(_read_target(visit) or HOME)
    visit.give_token(response)
    return response


def show_enrolment(visit: Visit) -> Response:
    return _render_enrolment(visit, "")


def _render_enrolment(visit: Visit, problem: str, status: int = 200) -> Response:
    if visit.account.ready:  # set up in another window since
        return visit.redirect(SIGN_IN.path)
    secret = visit.house.staff.start_factor(visit.account.id, pyotp.random_base32())
    address = pyotp.TOTP(secret).provisioning_uri(name=visit.account.name, issuer_name=ISSUER)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return visit.render("enrol.html", _SET_UP, status, problem=problem, secret=groups, address=address)


def enrol(visit: Visit) -> Response:
    typed = "".join(visit.form.raw("code").split())
    if visit.account.ready or not use_code(visit.house, visit.account, typed):
        return _render_enrolment(visit, _WRONG_CODE, 422)
    with visit.change("account.second-factor", visit.account.name, "set up"):
        codes = make_recovery_codes(visit.house, visit.account)
        arrived = begin_session(visit, visit.account, "in")
    return arrived.render("recovery_codes.html", TO_START, codes=codes)


def show_set_up(visit: Visit) -> Response:
    return _render_set_up(visit, "")


def _render_set_up(visit: Visit, problem: str, status: int = 200) -> Response:
    account = visit.house.staff.find_link(digest_token(visit.of_path("link")), visit.house.now())
    if account is None:
        return visit.render("link_over.html", SIGN_IN, 404)
    limits = {"shortest": SHORTEST, "advised": ADVISED, "longest": LONGEST}
    step = NextStep("Choose a password", visit.path)
    return visit.render("set_up.html", step, status, problem=problem, name=account.name, **limits)


def set_up(visit: Visit) -> Response:
    account = visit.house.staff.find_link(digest_token(visit.of_path("link")), visit.house.now())
    if account is None:
        return visit.render("link_over.html", SIGN_IN, 404)
    password, again = visit.form.raw("password"), visit.form.raw("again")
    try:
        check_password(password, again, (account.name, visit.house.manners.clinic))
    except InputError as error:
        return _render_set_up(visit, str(error), 422)
    kept = visit.house.passwords.hash(password)
    with visit.change("account.password", account.name, "set with a set-up link", who=account.name):
        visit.house.staff.set_password(account.id, kept)
        begun = begin_session(visit, account, "enrol")
    response = visit.redirect("/staff/second-factor/set-up")
    begun.give_token(response)
    return response


def sign_out(visit: Visit) -> Response:
    assert visit.session
    with visit.change("sign-out.done", visit.account.name):
        visit.house.staff.end_session(visit.account.id, visit.session.id)
    response = visit.redirect("/staff/sign-in", "You are signed out.")
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _read_target(visit: Visit) -> str:
    target = visit.form.raw("to") or visit.query("to")
    return target if _is_own_path(target) else ""


def _is_own_path(path: str) -> bool:
    return path.startswith(HOME) and "//" not in path and "\\" not in path and path.isprintable()
