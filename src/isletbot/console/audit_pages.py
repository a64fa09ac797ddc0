"""An admin filters, checks and exports the audit log."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.csv_export import send_csv
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.audit import AuditFilter, AuditRow, ChainCheck

_LIST = "/staff/audit"
_ON_A_PAGE = 50
_MOST_EXPORTED = 50_000
GROUPS = ("sign-in", "sign-out", "access", "account", "switch", "rules", "answer", "queue", "source", "conversation",
          "audit", "export")  # fmt: skip
"""The first part of each action's name, before the dot."""


def make_audit_pages() -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Audit", _LIST, "admin", "Keep", 50),))
    router.get("/audit", needs="admin")(show_log)
    router.get("/audit/rows.csv", needs="admin")(export_log)
    router.post("/audit/check", needs="admin")(check_log)
    return router


def show_log(request: StaffRequest) -> Response:
    filters, log = read_audit_filter(request), request.context.audit
    before = int(request.query("before")) if request.query("before").isdecimal() else 0
    rows = log.list_rows(filters, _ON_A_PAGE + 1, min(before, 2**31 - 1))
    shown, older = rows[:_ON_A_PAGE], rows[_ON_A_PAGE:]
    query = {name: request.query(name) for name in ("who", "action", "since", "until", "words") if request.query(name)}
    older_path = f"{_LIST}?{urlencode({**query, 'before': shown[-1].number})}" if older else ""
    return request.render(
        "audit.html",
        NextAction("Look at older rows", older_path) if older else NextAction("See the accounts", "/staff/accounts"),
        rows=shown,
        query=query,
        count=log.count_rows(filters),
        older=older_path,
        newest=f"{_LIST}?{urlencode(query)}" if before else "",
        export=f"{_LIST}/rows.csv?{urlencode(query)}",
        groups=GROUPS,
    )


def export_log(request: StaffRequest) -> Response:
    filters = read_audit_filter(request)
    request.log_action("audit.exported", detail=str(request.http.url.query))
    rows = request.context.audit.list_rows(filters, _MOST_EXPORTED)
    header = ("number", "at", "who", "action", "target", "detail", "previous", "digest")
    return send_csv("audit.csv", header, map(_list_cells, rows))


def _list_cells(row: AuditRow) -> tuple[str, ...]:
    event = row.event
    at = event.at.isoformat(timespec="microseconds")
    return str(row.number), at, event.who, event.action, event.target, event.detail, row.previous, row.digest


def check_log(request: StaffRequest) -> Response:
    log = request.context.audit
    check = ChainCheck((log.head(),))
    last = check.run(log.everything())
    request.log_action("audit.checked", detail=f"{len(check.findings)} findings in {last.count} rows")
    back = NextAction("Go back to the log", _LIST)
    return request.render("audit_check.html", back, findings=check.findings, last=last)


def read_audit_filter(request: StaffRequest) -> AuditFilter:
    """Reads the filter from the query of the address. Raises InputError."""
    until = request.query_day("until")
    return AuditFilter(
        who=request.query("who").strip()[:64],
        action=request.query("action").strip()[:64],
        since=request.query_day("since"),
        until=until + timedelta(days=1) if until else None,
        words=request.query("words").strip()[:200],
    )
