"""How long every page of the staff's console takes to open, with 100,000 conversations in the records.

    python benchmarks/console.py [--records postgresql://…/EMPTY] [--conversations 100000] [--rounds 15] [--json OUT]

Fills an empty store (SQLite in a folder of its own, or the PostgreSQL database that is named) with conversations over
90 days: real replies to the questions of the suites, asked again and again. Signs in with both factors and opens every
page in turn, through the whole app, in this process. Prints the median of each, beside that of the first page of the
console in the same run. Ends with status 1 when a page has a median over 300 ms.

A page that is new is found by itself; one with a name in its path needs a line in FOUND, one that is worth opening in
other ways a line in WAYS. What other rooms keep is put in by a function in FILLERS of `console_records.py`.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from console_records import DAYS, FILLERS, Filler, make_replies
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from isletbot.console.account_setup import AccountSetup
from isletbot.settings import Settings, load_settings
from isletbot.storage.sql_records import SqlRecords
from isletbot.wiring import make_bot
from isletbot.wiring.console import make_house
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.serving import serve_line

LIMIT_MS = 300.0
ADDRESS, PASSWORD = "https://127.0.0.1", "seven quiet herons by the lake"
TRIVIAL = "/staff/"
WAYS: dict[str, tuple[str, ...]] = {
    "/conversations": (
        "?kind=urgent", "?kind=answered&rating=helpful", "?rating=unsafe", "?rating=helpful",
        "?route=off_topic&rule=none", "?rule={rule}", "?kind=answered&rule={rule}", "?words=insulin",
        "?words=zebra-that-nobody-asked", "?since={day}&until={day}",
        "?kind=not_in_corpus&route=answer&rating=wrong&words=zebra",
    ),
    "/overview": ("?days=7", "?days=90"),
    "/queue": ("?kind=declined", "?words=insulin", "?words=zebra", "?state=closed"),
    "/audit": ("?who=anna&action=conversation", "?words=zebra"),
}  # fmt: skip
"""Also opened with these; `{rule}` is a rule that decided often, `{day}` is long ago."""
FOUND: dict[str, tuple[str, str]] = {
    "/conversations/{id}": ("/conversations", r'href="/staff(/conversations/[0-9a-f]{32})#'),
    "/overview/{table}.csv": ("/overview", r'href="/staff(/overview/times\.csv)'),
    "/accounts/{name}": ("/accounts", r'href="/staff(/accounts/[\w.]+)"'),
    "/queue/{group}": ("/queue", r'href="/staff(/queue/[0-9a-f]{32})"'),
    "/sources/{source}": ("/sources", r'href="/staff(/sources/[\w-]+)"'),
    "/answers/{answer}": ("/answers", r'href="/staff(/answers/[\w-]+-[0-9a-f]{6})"'),
    "/answers/{answer}/versions/{number}": ("/answers/{answer}", r'href="/staff(/answers/[\w-]+/versions/\d+)"'),
    "/rules/{file}": ("/rules", r'href="/staff(/rules/[\w.-]+)"'),
}
"""A page with a name in its path: the page that links to it, and the link. Or the end of its path, after the first."""
LEFT_OUT = frozenset(("/{path:path}", "/set-up/{link}", "/rules/changes/{change}", "/sources/{source}/differences"))
"""Need what the benchmark does not have: a wrong address, a link, a proposed change, two versions of a source."""


class Visitor:
    """An admin with a browser and a phone."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def join(self, token: str) -> None:
        link = f"/staff/set-up/{token}"
        self._post(link, self.open(link).text, password=PASSWORD, again=PASSWORD)
        page = self.open("/staff/second-factor/set-up").text
        found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
        assert found is not None, page
        code = pyotp.TOTP(found[1].replace(" ", "")).now()
        done = self._post("/staff/second-factor/set-up", page, code=code)
        assert "Recovery codes" in done.text, done.text

    def open(self, path: str) -> Response:
        return self._client.get(path)

    def _post(self, path: str, page: str, **fields: str) -> Response:
        found = re.search(r'name="form_token" value="([^"]+)"', page)
        assert found is not None, page
        return self._client.post(path, data={"form_token": found[1], **fields})


def list_paths(paths: Sequence[str], visitor: Visitor, rule: str) -> list[str]:
    """Every page that can be opened, as a path; a page with a name in its path through the link to it."""
    listed, long_ago = [], datetime.now(UTC) - timedelta(days=DAYS / 2)
    for path in paths:
        if path in LEFT_OUT:
            continue
        opened = find_path(path, visitor)
        ways = (way.format(rule=rule, day=f"{long_ago:%Y-%m-%d}") for way in WAYS.get(path, ()))
        listed += [f"/staff{opened}", *(f"/staff{opened}{way}" for way in ways)]
    return listed


def find_path(path: str, visitor: Visitor) -> str:
    """Of a page that has a name in its path: through the link to it, or to the page above it."""
    if "{" not in path:
        return path
    begins = next((name for name in sorted(FOUND, key=len, reverse=True) if path.startswith(name)), None)
    if begins is None:
        sys.exit(f"benchmarks/console.py does not know how to open {path}: give it a line in FOUND.")
    page, link = FOUND[begins]
    found = re.search(link, visitor.open(f"/staff{find_path(page, visitor)}").text)
    if found is None:
        sys.exit(f"Nothing on /staff{page} is like {link!r}: {path} cannot be opened.")
    return found[1] + path.removeprefix(begins)


def measure(paths: Sequence[str], visitor: Visitor, rounds: int) -> dict[str, float]:
    """The median of each in milliseconds. Every round opens every page, so that what disturbs one disturbs all."""
    taken: dict[str, list[float]] = {path: [] for path in (TRIVIAL, *paths)}
    for _ in range(rounds + 1):  # the first warms up
        for path, times in taken.items():
            began = time.perf_counter()
            response = visitor.open(path)
            times.append((time.perf_counter() - began) * 1000)
            assert response.status_code == 200, f"{path}: {response.status_code} {response.text[:2000]}"
    return {path: statistics.median(times[1:]) for path, times in taken.items()}


def is_page(path: str) -> bool:
    """An export is a file, as long as what it holds: its time is printed, and nobody looks at a page meanwhile."""
    return not path.partition("?")[0].endswith(".csv")


def run(settings: Settings, arguments: argparse.Namespace) -> dict[str, float]:
    bot = make_bot(settings)
    records = SqlRecords.open(settings.records_url.get_secret_value(), settings.data_dir)
    if not records.check().startswith("0 conversations"):
        sys.exit("The records are not empty. Name a database that is.")
    began = time.perf_counter()
    made = make_replies(bot)
    kept = Filler(records.database, made, arguments.conversations).fill()
    for fill in FILLERS:
        fill(records.database, arguments.conversations)
    if records.database.engine.dialect.name == "postgresql":
        with records.database.write() as connection:
            connection.execute(text("ANALYZE"))
    print(f"{arguments.conversations:,} conversations, {kept:,} replies in {time.perf_counter() - began:.0f} s")
    token = AccountSetup(make_house(settings, records.database), "benchmark").add_account("anna", "admin")
    app = serve_line(bot.line, settings, open_prompts(settings), lambda: ())
    console = next(route.app for route in app.routes if getattr(route, "path", "") == "/staff")  # type: ignore[attr-defined]
    visitor = Visitor(TestClient(app, ADDRESS, headers={"Origin": ADDRESS}))
    visitor.join(token)
    needs_nothing = ("nobody", "second-factor", "enrol")
    pages = [page.path for page in console.state.pages if page.method == "GET" and page.needs not in needs_nothing]
    rules = Counter(record.answer.trace.triage.rule for record in made if record.answer.kind == "urgent")  # type: ignore[union-attr]
    paths = list_paths(list(dict.fromkeys(pages)), visitor, rules.most_common(1)[0][0])
    medians = measure(paths, visitor, arguments.rounds)
    records.close()
    return medians


def main() -> None:
    parser = argparse.ArgumentParser(description="Time to open each page of the console, with many conversations kept.")
    parser.add_argument("--records", default="", help="URL of an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write the medians here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.records or f"sqlite:///{folder}/records.sqlite"
        medians = run(load_settings(records_url=url, retention_days=365), arguments)
    trivial = medians[TRIVIAL]
    slow = [path for path, median in medians.items() if is_page(path) and median > LIMIT_MS]
    print(f"\n{'page':<72} {'median':>10} {'limit':>8} {'× first page':>13}")
    for path, median in medians.items():
        limit = f"{LIMIT_MS:.0f} ms" if is_page(path) else "a file"
        over = "  OVER" if path in slow else ""
        print(f"{path:<72} {median:>7.1f} ms {limit:>8} {median / trivial:>12.1f}{over}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"median_ms": medians, "limit_ms": LIMIT_MS}, indent=1), encoding="utf-8")
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
