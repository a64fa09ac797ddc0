"""Red flags put to a real server while its records are locked, slow and unreadable: each must be answered in time.

    python benchmarks/outage.py [--requests 60] [--json OUT]

Prints, for each state of the records, the share of urgent messages that got their urgent reply within a second, the
slowest, and what `/readyz` said; then whether every reply is in the records once these are back. Ends with status 1
when one was late, missing or not kept.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path

import httpx
from load import ROOT
from server_process import find_missing, run_server

LIMIT_S = 1.0
SETTLE_S = 60


@contextmanager
def locked(records: Path) -> Iterator[None]:
    with closing(sqlite3.connect(records, isolation_level=None, timeout=30)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")


@contextmanager
def slow(records: Path) -> Iterator[None]:
    """Locked for three seconds of every four."""
    done = threading.Event()

    def hold() -> None:
        while not done.is_set():
            with locked(records):
                done.wait(3)
            done.wait(1)

    holding = threading.Thread(target=hold)
    holding.start()
    yield
    done.set()
    holding.join()


@contextmanager
def down(records: Path) -> Iterator[None]:
    """Every table that replies go to is gone under another name: each statement on it fails at once."""
    with closing(sqlite3.connect(records, isolation_level=None, timeout=30)) as store:
        store.execute("ALTER TABLE answers RENAME TO answers_away")
        yield
        store.execute("ALTER TABLE answers_away RENAME TO answers")


STATES: dict[str, Callable[[Path], object]] = {"locked": locked, "slow": slow, "down": down}


def put_red_flags(http: httpx.Client, count: int) -> tuple[list[float], set[str], int]:
    lines = (ROOT / "evals" / "red_flags.jsonl").read_text("utf-8").splitlines()
    seconds, ids, missed = [], set(), 0
    for line in islice(cycle(lines), count):
        turns = json.loads(line)["turns"]
        messages = [{"role": "user", "content": text} for text in turns]
        began = time.perf_counter()
        response = http.post("/v1/chat", json={"messages": messages})
        seconds.append(time.perf_counter() - began)
        if response.status_code == 200 and response.json()["kind"] == "urgent":
            ids.add(response.json()["id"])
        else:
            missed += 1
    return seconds, ids, missed


def run_states(url: str, records: Path, count: int) -> dict[str, object]:
    given: set[str] = set()
    summary: dict[str, object] = {}
    with httpx.Client(base_url=url, timeout=60) as http:
        http.post("/v1/chat", json={"messages": [{"role": "user", "content": "Who paid for the trial?"}]})
        for name, state in STATES.items():
            with state(records):  # type: ignore[attr-defined]
                ready = http.get("/readyz").status_code
                seconds, ids, missed = put_red_flags(http, count)
            given |= ids
            in_time = sum(taken <= LIMIT_S for taken in seconds) - missed
            summary[name] = {"in_time": in_time / count, "slowest_s": round(max(seconds), 3), "readyz": ready}
        ends = time.monotonic() + SETTLE_S
        while (missing := find_missing(records, given)) and time.monotonic() < ends:
            time.sleep(0.5)
    return {**summary, "given": len(given), "not_in_the_records": len(missing)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=60, help="For each state.")
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records.sqlite"
        with run_server(records) as server:
            summary = run_states(server.url, records, given.requests)
    if given.json:
        given.json.write_text(json.dumps(summary, indent=2), encoding="utf-8")
    print(json.dumps(summary, indent=2))
    shares = [state["in_time"] for state in summary.values() if isinstance(state, dict)]
    sys.exit(1 if min(shares) < 1 or summary["not_in_the_records"] else 0)


if __name__ == "__main__":
    main()
