"""Accounts, for admins: who has one, with which role; made, changed, shut out, set up again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.granting import Granting, name_link
from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.curation.audit import Wanted
from isletbot.curation.staff import ROLES, Role
from isletbot.errors import InputError

Change = Callable[[Granting, str], None]
_LIST = "/staff/accounts"
_BACK = NextStep("Go back to the accounts", _LIST)
MEANING: dict[Role, str] = {
    "viewer": "reads everything but accounts, audit and settings",
    "editor": "also writes drafts and works the queue",
    "approver": "also approves what somebody else wrote, and turns the bot off and on",
    "admin": "also manages accounts, and reads the audit log and the settings",
}


def make_accounts_pages() -> Pages:
    pages = Pages(menu=(MenuEntry("Accounts", _LIST, "admin", "Keep", 40),))
    pages.get("/accounts", needs="admin")(list_accounts)
    pages.post("/accounts", needs="admin")(add_account)
    pages.get("/accounts/{name}", needs="admin")(show_account)
    pages.post("/accounts/{name}/role", needs="admin")(set_role)
    pages.post("/accounts/{name}/disable", needs="admin")(disable)
    pages.post("/accounts/{name}/enable", needs="admin")(enable)
    pages.post("/accounts/{name}/reset", needs="admin")(reset)
    pages.post("/accounts/{name}/sign-out", needs="admin")(sign_out_everywhere)
    return pages


def list_accounts(visit: Visit) -> Response:
    return _render_list(visit, "")


def _render_list(visit: Visit, problem: str, status: int = 200) -> Response:
    accounts = visit.house.staff.list_accounts()
    waiting = [account for account in accounts if not account.ready and not account.disabled]
    step = NextStep("See what was done lately", "/staff/audit")
    if waiting:
        step = NextStep(f"Look at {waiting[0].name}, who is not set up", f"{_LIST}/{quote(waiting[0].name)}")
    typed = {"name": visit.form.raw("name")[:64], "role": visit.form.raw("role") or "viewer"}
    return visit.render("accounts.html", step, status, accounts=accounts, problem=problem, typed=typed, meaning=MEANING)


def add_account(visit: Visit) -> Response:
    try:
        token = _granting(visit).add_account(visit.form.raw("name"), _read_role(visit))
    except InputError as error:
        return _render_list(visit, str(error), 422)
    return _show_link(visit, visit.form.raw("name").strip().lower(), token)


def show_account(visit: Visit) -> Response:
    return _render_one(visit, "")


def _render_one(visit: Visit, problem: str, status: int = 200) -> Response:
    account = _granting(visit).find_account(visit.of_path("name"))
    rows = visit.house.audit.list_rows(Wanted(who=account.name), limit=10)
    sessions = visit.house.staff.list_sessions(account.id)
    given = {"account": account, "rows": rows, "sessions": sessions, "problem": problem, "meaning": MEANING}
    return visit.render("account.html", _BACK, status, **given)


def set_role(visit: Visit) -> Response:
    return _do(visit, lambda granting, name: granting.set_role(name, _read_role(visit)), "The role is changed.")


def disable(visit: Visit) -> Response:
    return _do(visit, lambda granting, name: granting.set_disabled(name, True), "The account is shut out.")


def enable(visit: Visit) -> Response:
    return _do(visit, lambda granting, name: granting.set_disabled(name, False), "The account may come in again.")


def sign_out_everywhere(visit: Visit) -> Response:
    return _do(visit, lambda granting, name: granting.end_sessions(name), "Every session of the account is over.")


def reset(visit: Visit) -> Response:
    name = visit.of_path("name")
    try:
        _refuse_oneself(visit)
        return _show_link(visit, name, _granting(visit).reset_account(name))
    except InputError as error:
        return _render_one(visit, str(error), 422)


def _do(visit: Visit, change: Change, note: str) -> Response:
    name = visit.of_path("name")
    try:
        _refuse_oneself(visit)
        change(_granting(visit), name)
    except InputError as error:
        return _render_one(visit, str(error), 422)
    return visit.redirect(f"{_LIST}/{quote(name)}", note)


def _refuse_oneself(visit: Visit) -> None:
    if visit.of_path("name") == visit.account.name:
        raise InputError("This is your own account.", remedy="Ask another admin, so that two people know of it.")


def _show_link(visit: Visit, name: str, token: str) -> Response:
    """In the page itself and nowhere else: the link is a secret."""
    origin = visit.house.manners.address or str(visit.request.base_url).removesuffix("/staff/").rstrip("/")
    hours = round(visit.house.manners.link_lifetime.total_seconds() / 3600)
    return visit.render("link_made.html", _BACK, name=name, link=name_link(origin, token), hours=hours)


def _granting(visit: Visit) -> Granting:
    return Granting(visit.house, visit.account.name)


def _read_role(visit: Visit) -> Role:
    given = visit.form.raw("role")
    for role in ROLES:
        if role == given:
            return role
    raise InputError(f"{given[:40]!r} is no role.", remedy=f"Take one of {', '.join(ROLES)}.")
