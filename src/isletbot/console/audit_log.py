"""The audit log: filtered, page by page, checked, exported."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.exports import send_csv
from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.curation.audit import Check, Row, Wanted

_LIST = "/staff/audit"
_ON_A_PAGE = 50
_MOST_EXPORTED = 50_000
GROUPS = ("sign-in", "sign-out", "access", "account", "switch", "rules", "answer", "queue", "source", "conversation",
          "audit", "export")  # fmt: skip
"""What stands before the dot of an action."""


def make_audit_pages() -> Pages:
    pages = Pages(menu=(MenuEntry("Audit", _LIST, "admin", "Keep", 50),))
    pages.get("/audit", needs="admin")(show_log)
    pages.get("/audit/rows.csv", needs="admin")(export_log)
    pages.post("/audit/check", needs="admin")(check_log)
    return pages


def show_log(visit: Visit) -> Response:
    wanted, log = read_wanted(visit), visit.house.audit
    before = int(visit.query("before")) if visit.query("before").isdecimal() else 0
    rows = log.list_rows(wanted, _ON_A_PAGE + 1, min(before, 2**31 - 1))
    shown, older = rows[:_ON_A_PAGE], rows[_ON_A_PAGE:]
    asked = {name: visit.query(name) for name in ("who", "action", "since", "until", "words") if visit.query(name)}
    older_path = f"{_LIST}?{urlencode({**asked, 'before': shown[-1].number})}" if older else ""
    return visit.render(
        "audit.html",
        NextStep("Look at older rows", older_path) if older else NextStep("See the accounts", "/staff/accounts"),
        rows=shown,
        asked=asked,
        count=log.count_rows(wanted),
        older=older_path,
        newest=f"{_LIST}?{urlencode(asked)}" if before else "",
        export=f"{_LIST}/rows.csv?{urlencode(asked)}",
        groups=GROUPS,
    )


def export_log(visit: Visit) -> Response:
    wanted = read_wanted(visit)
    visit.write_down("audit.exported", detail=str(visit.request.url.query))
    rows = visit.house.audit.list_rows(wanted, _MOST_EXPORTED)
    header = ("number", "at", "who", "action", "target", "detail", "previous", "digest")
    return send_csv("audit.csv", header, map(_as_cells, rows))


def _as_cells(row: Row) -> tuple[str, ...]:
    event = row.event
    at = event.at.isoformat(timespec="microseconds")
    return str(row.number), at, event.who, event.action, event.target, event.detail, row.previous, row.digest


def check_log(visit: Visit) -> Response:
    log = visit.house.audit
    check = Check((log.head(),))
    last = check.run(log.everything())
    visit.write_down("audit.checked", detail=f"{len(check.findings)} findings in {last.count} rows")
    back = NextStep("Go back to the log", _LIST)
    return visit.render("audit_check.html", back, findings=check.findings, last=last)


def read_wanted(visit: Visit) -> Wanted:
    """Raises InputError."""
    until = visit.query_day("until")
    return Wanted(
        who=visit.query("who").strip()[:64],
        action=visit.query("action").strip()[:64],
        since=visit.query_day("since"),
        until=until + timedelta(days=1) if until else None,
        words=visit.query("words").strip()[:200],
    )
