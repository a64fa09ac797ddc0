"""One's own account: password, recovery codes, and where one is signed in."""

from __future__ import annotations

from starlette.responses import Response

from isletbot.console.door import TO_START
from isletbot.console.entry import check_second_factor, check_sign_in, forget_attempts, make_recovery_codes
from isletbot.console.look import NextStep
from isletbot.console.pages import Pages
from isletbot.console.passwords import ADVISED, LONGEST, SHORTEST, check_password
from isletbot.console.visit import Visit
from isletbot.errors import InputError

ME = "/staff/me"


def make_account_pages() -> Pages:
    pages = Pages()
    pages.get("/me", needs="viewer")(show_account)
    pages.post("/me/password", needs="viewer")(change_password)
    pages.post("/me/recovery-codes", needs="viewer")(renew_recovery_codes)
    pages.post("/me/sessions/others/end", needs="viewer")(end_other_sessions)
    pages.post("/me/sessions/{session}/end", needs="viewer")(end_session)
    return pages


def show_account(visit: Visit) -> Response:
    return _render(visit, "")


def _render(visit: Visit, problem: str, status: int = 200) -> Response:
    house, account = visit.house, visit.account
    return visit.render(
        "me.html",
        TO_START,
        status,
        problem=problem,
        sessions=house.staff.list_sessions(account.id),
        codes_left=house.staff.read_credentials(account.id).recovery_codes,
        limits={"shortest": SHORTEST, "advised": ADVISED, "longest": LONGEST},
    )


def change_password(visit: Visit) -> Response:
    account, house = visit.account, visit.house
    password = visit.form.raw("password")
    try:
        check_sign_in(visit, account.name, visit.form.raw("current"))
        check_password(password, visit.form.raw("again"), (account.name, house.manners.clinic))
    except InputError as error:
        return _render(visit, str(error), 422)
    kept = house.passwords.hash(password)
    assert visit.session
    with visit.change("account.password", account.name, "changed"):
        house.staff.set_password(account.id, kept)
        house.staff.end_sessions(account.id, but=visit.session.id)
        forget_attempts(visit, account)
    return visit.redirect(ME, "Your password is changed. You are signed out everywhere else.")


def renew_recovery_codes(visit: Visit) -> Response:
    try:
        check_second_factor(visit, visit.form.raw("code"))
    except InputError as error:
        return _render(visit, str(error), 422)
    with visit.change("account.recovery-codes", visit.account.name, "made anew"):
        codes = make_recovery_codes(visit.house, visit.account)
        forget_attempts(visit, visit.account)
    return visit.render("recovery_codes.html", NextStep("Go back to your account", ME), codes=codes)


def end_session(visit: Visit) -> Response:
    with visit.change("account.session-ended", visit.account.name):
        visit.house.staff.end_session(visit.account.id, visit.of_path("session"))
    return visit.redirect(ME, "That session is over.")


def end_other_sessions(visit: Visit) -> Response:
    assert visit.session
    with visit.change("account.sessions-ended", visit.account.name, "all but this one"):
        visit.house.staff.end_sessions(visit.account.id, but=visit.session.id)
    return visit.redirect(ME, "You are signed out everywhere else.")
