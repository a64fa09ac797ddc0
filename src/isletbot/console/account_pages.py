"""An admin lists accounts, adds them, changes their role, disables them and resets them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.account_setup import AccountSetup, make_link
from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.audit import AuditFilter
from isletbot.curation.staff import ROLES, StaffRole
from isletbot.errors import InputError

AccountChange = Callable[[AccountSetup, str], None]
_LIST = "/staff/accounts"
_BACK = NextAction("Go back to the accounts", _LIST)
ROLE_MEANINGS: dict[StaffRole, str] = {
    "viewer": "reads everything but accounts, audit and settings",
    "editor": "also writes drafts and works the queue",
    "approver": "also approves what somebody else wrote, and turns the bot off and on",
    "admin": "also manages accounts, and reads the audit log and the settings",
}


def make_account_pages() -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Accounts", _LIST, "admin", "Keep", 40),))
    router.get("/accounts", needs="admin")(list_accounts)
    router.post("/accounts", needs="admin", show_again=_render_list)(add_account)
    router.get("/accounts/{name}", needs="admin")(show_account)
    router.post("/accounts/{name}/role", needs="admin", show_again=_render_one)(set_role)
    router.post("/accounts/{name}/disable", needs="admin", show_again=_render_one)(disable_account)
    router.post("/accounts/{name}/enable", needs="admin", show_again=_render_one)(enable_account)
    router.post("/accounts/{name}/reset", needs="admin", show_again=_render_one)(reset_account)
    router.post("/accounts/{name}/sign-out", needs="admin", show_again=_render_one)(sign_out_everywhere)
    return router


def list_accounts(request: StaffRequest) -> Response:
    return _render_list(request, "")


def _render_list(request: StaffRequest, problem: str, status: int = 200) -> Response:
    accounts = request.context.staff.list_accounts()
    waiting = [account for account in accounts if not account.ready and not account.disabled]
    next_action = NextAction("See what was done lately", "/staff/audit")
    if waiting:
        next_action = NextAction(f"Look at {waiting[0].name}, who is not set up", f"{_LIST}/{quote(waiting[0].name)}")
    typed = {"name": request.form.raw("name")[:64], "role": request.form.raw("role") or "viewer"}
    return request.render(
        "accounts.html", next_action, status, accounts=accounts, problem=problem, typed=typed, meaning=ROLE_MEANINGS
    )


def add_account(request: StaffRequest) -> Response:
    with check_form():
        token = _get_setup(request).add_account(request.form.raw("name"), _read_role(request))
    return _show_link(request, request.form.raw("name").strip().lower(), token)


def show_account(request: StaffRequest) -> Response:
    return _render_one(request, "")


def _render_one(request: StaffRequest, problem: str, status: int = 200) -> Response:
    account = _get_setup(request).find_account(request.path_param("name"))
    rows = request.context.audit.list_rows(AuditFilter(who=account.name), limit=10)
    sessions = request.context.staff.list_sessions(account.id)
    values = {"account": account, "rows": rows, "sessions": sessions, "problem": problem, "meaning": ROLE_MEANINGS}
    return request.render("account.html", _BACK, status, **values)


def set_role(request: StaffRequest) -> Response:
    return _change_account(
        request, lambda setup, name: setup.set_role(name, _read_role(request)), "The role is changed."
    )


def disable_account(request: StaffRequest) -> Response:
    return _change_account(request, lambda setup, name: setup.set_disabled(name, True), "The account is shut out.")


def enable_account(request: StaffRequest) -> Response:
    return _change_account(
        request, lambda setup, name: setup.set_disabled(name, False), "The account may come in again."
    )


def sign_out_everywhere(request: StaffRequest) -> Response:
    return _change_account(
        request, lambda setup, name: setup.end_sessions(name), "Every session of the account is over."
    )


def reset_account(request: StaffRequest) -> Response:
    name = request.path_param("name")
    with check_form():
        _refuse_own_account(request)
        return _show_link(request, name, _get_setup(request).reset_account(name))


def _change_account(request: StaffRequest, change: AccountChange, note: str) -> Response:
    name = request.path_param("name")
    with check_form():
        _refuse_own_account(request)
        change(_get_setup(request), name)
    return request.redirect(f"{_LIST}/{quote(name)}", note)


def _refuse_own_account(request: StaffRequest) -> None:
    if request.path_param("name") == request.account.name:
        raise InputError("This is your own account.", remedy="Ask another admin, so that two people know of it.")


def _show_link(request: StaffRequest, name: str, token: str) -> Response:
    """Shows the set-up link in this page and nowhere else: the link is a secret."""
    origin = request.context.policy.address or str(request.http.base_url).removesuffix("/staff/").rstrip("/")
    hours = round(request.context.policy.link_lifetime.total_seconds() / 3600)
    return request.render("link_made.html", _BACK, name=name, link=make_link(origin, token), hours=hours)


def _get_setup(request: StaffRequest) -> AccountSetup:
    return AccountSetup(request.context, request.account.name)


def _read_role(request: StaffRequest) -> StaffRole:
    given = request.form.raw("role")
    for role in ROLES:
        if role == given:
            return role
    raise InputError(f"{given[:40]!r} is no role.", remedy=f"Take one of {', '.join(ROLES)}.")
