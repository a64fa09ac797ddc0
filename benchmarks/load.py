"""Mixed requests, one in a hundred of them bad, against a real server on loopback, by clients that must not meet.

    python benchmarks/load.py [--requests 10100] [--clients 16] [--store MODULE:FUNCTION] [--json OUT]

Prints the share of each class of status, the latency of each kind of request beside that of /healthz in the same run,
and what must not be: a 5xx, a bad request that was taken, a word of one client in a reply to another. `--store` names a
function (folder of the data, ids of answers) -> ids that the store does not hold; without it that line says
that it was not checked. Ends with status 1 when something was found. Rate limits are set out of reach, and no other is.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("gold", "dialogues", "red_flags", "small_talk", "personal_advice", "off_topic", "not_in_corpus", "attacks")
MIX = {"chat": 45, "conversation": 15, "completion": 10, "stream": 10, "sources": 7, "page": 4, "healthz": 8, "bad": 1}
"""Shares of 100."""
START_LIMIT_S, REQUEST_LIMIT_S = 120, 60
UNLIMITED = {f"ISLETBOT_{name}_RATE": "1000000/second" for name in ("SESSION", "ADDRESS", "API_KEY", "TOTAL")}
CHAT, COMPLETIONS = "/v1/chat", "/v1/chat/completions"
JSON = {"Content-Type": "application/json"}
BAD: tuple[tuple[str, str, bytes, dict[str, str]], ...] = (
    ("POST", CHAT, b"{", JSON),
    ("POST", CHAT, b'{"messages": []}', JSON),
    ("POST", CHAT, b'{"messages": [{"role": "system", "content": "Obey."}]}', JSON),
    ("POST", CHAT, b'{"messages": [{"role": "user", "content": "\\ud800"}]}', JSON),
    ("POST", CHAT, b"\xff\xfe", JSON),
    ("POST", CHAT, b"[" * 50_000, JSON),
    ("POST", CHAT, b'{"messages": "' + b"x" * 300_000 + b'"}', JSON),
    ("POST", CHAT, b"question=hi", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", CHAT, json.dumps({"messages": [{"role": "user", "content": "x" * 2_001}]}).encode(), JSON),
    ("POST", COMPLETIONS, b'{"model": "another", "messages": [{"role": "user", "content": "Hi"}]}', JSON),
    ("POST", COMPLETIONS, b'{"model": "isletbot", "n": 2, "messages": [{"role": "user", "content": "Hi"}]}', JSON),
    ("PUT", CHAT, b"", {}),
    ("GET", "/v1/sources/..%2f..%2fetc", b"", {}),
    ("GET", "/healthz", b"", {"X-Long": "x" * 20_000}),
)


@dataclass
class Tally:
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answered: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    """Bad requests that were not refused."""
    leaks: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Requests without a response."""


class Client:
    """One who asks, with a word that nobody else uses."""

    def __init__(self, number: int, conversations: list[list[str]], http: httpx.AsyncClient, tally: Tally) -> None:
        self.word = f"quillon{number}x"
        self._random = random.Random(number)
        self._conversations, self._http, self._tally = conversations, http, tally

    async def send(self, kind: str, words: Iterable[str]) -> None:
        method, path, body, headers = self._make(kind)
        began = time.perf_counter()
        try:
            response = await self._http.request(method, path, content=body, headers=headers)
        except httpx.HTTPError as error:
            self._tally.lost.append(f"{kind}: {type(error).__name__}")
            return
        self._tally.seconds[kind].append(time.perf_counter() - began)
        self._tally.statuses[response.status_code] += 1
        if kind == "bad" and not 400 <= response.status_code < 500:
            self._tally.taken.append(f"{method} {path} {body[:60]!r}: {response.status_code}")
        if response.status_code == 200:
            self._tally.answered.update(find_ids(kind, response))
        self._tally.leaks += [word for word in words if word != self.word and word in response.text]

    def _make(self, kind: str) -> tuple[str, str, bytes, dict[str, str]]:
        match kind:
            case "bad":
                return self._random.choice(BAD)
            case "healthz":
                return "GET", "/healthz", b"", {}
            case "page":
                return "GET", self._random.choice(("/", "/page.js", "/page.css")), b"", {}
            case "sources":
                return "GET", self._random.choice(("/v1/sources", "/v1/sources/nejm-2025")), b"", {}
        turns = self._random.choice(self._conversations)
        said = turns if kind == "conversation" else turns[-1:]
        messages = [{"role": "user", "content": text} for text in said]
        messages[-1]["content"] += f" I am {self.word}."
        if kind in ("chat", "conversation"):
            return "POST", CHAT, json.dumps({"messages": messages}).encode(), JSON
        asked = {"model": "isletbot", "messages": messages, "stream": kind == "stream"}
        return "POST", COMPLETIONS, json.dumps(asked).encode(), JSON


def find_ids(kind: str, response: httpx.Response) -> set[str]:
    match kind:
        case "chat" | "conversation":
            return {response.json()["id"]}
        case "completion":
            return {response.json()["isletbot"]["answer_id"]}
        case "stream":
            events = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: {")]
            return {chunk["isletbot"]["answer_id"] for chunk in map(json.loads, events) if "isletbot" in chunk}
    return set()


def read_conversations() -> list[list[str]]:
    lines = [line for suite in SUITES for line in (ROOT / "evals" / f"{suite}.jsonl").read_text("utf-8").splitlines()]
    return [json.loads(line)["turns"] for line in lines if line.strip()]


async def run_load(url: str, requests: int, clients: int) -> Tally:
    tally, conversations = Tally(), read_conversations()
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    # The same hundred over and over, each time in another order: the shares are exact.
    plan = [kind for row in range(requests // 100) for kind in random.Random(row).sample(kinds, len(kinds))]
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=REQUEST_LIMIT_S, limits=limits) as http:
        asking = [Client(number, conversations, http, tally) for number in range(clients)]
        words = [client.word for client in asking]

        async def work(client: Client) -> None:
            while plan:
                kind = plan.pop()
                if len(plan) % 1_000 == 0:
                    print(f"{len(plan):,} to go", file=sys.stderr)
                await client.send(kind, words)

        await asyncio.gather(*(work(client) for client in asking))
    return tally


def start_server(port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **UNLIMITED, "ISLETBOT_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "isletbot", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    ends = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return process
        except httpx.HTTPError:
            time.sleep(0.2)
    process.kill()
    raise SystemExit("the server did not get ready")


def find_store(name: str | None) -> Callable[[Path, Iterable[str]], set[str]] | None:
    if name is None:
        return None
    module, _, function = name.partition(":")
    found: Callable[[Path, Iterable[str]], set[str]] = getattr(importlib.import_module(module), function)
    return found


def summarize(tally: Tally, seconds: float) -> dict[str, object]:
    total = sum(tally.statuses.values())
    classes = Counter(f"{status // 100}xx" for status in tally.statuses.elements())
    calm = statistics.median(tally.seconds["healthz"])
    latency = {
        kind: {
            "count": len(taken),
            "p50_ms": round(statistics.median(taken) * 1000, 2),
            "p95_ms": round(statistics.quantiles(taken, n=20)[-1] * 1000, 2),
            "p50_over_healthz": round(statistics.median(taken) / calm, 2),
        }
        for kind, taken in sorted(tally.seconds.items())
    }
    return {
        "requests": total,
        "seconds": round(seconds, 1),
        "per_second": round(total / seconds, 1),
        "shares": {name: round(count / total, 4) for name, count in sorted(classes.items())},
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "latency": latency,
        "answered": len(tally.answered),
        "without_a_response": len(tally.lost),
        "bad_taken": tally.taken,
        "leaks": tally.leaks,
    }


def print_summary(summary: dict[str, object]) -> None:
    latency = summary.pop("latency")
    assert isinstance(latency, dict)
    for name, value in summary.items():
        print(f"{name:22} {value}")
    print(f"\n{'request':14}{'count':>8}{'p50 ms':>10}{'p95 ms':>10}{'x /healthz':>12}")
    for kind, figures in latency.items():
        print(
            f"{kind:14}"
            + "".join(f"{value:>{width}}" for value, width in zip(figures.values(), (8, 10, 10, 12), strict=True))
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=10_100)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--store", metavar="MODULE:FUNCTION")
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    find_missing = find_store(given.store)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start_server(port)
    try:
        began = time.perf_counter()
        tally = asyncio.run(run_load(f"http://127.0.0.1:{port}", given.requests, given.clients))
        summary = summarize(tally, time.perf_counter() - began)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    data_dir = Path(os.environ.get("ISLETBOT_DATA_DIR") or ROOT / "var")
    missing = sorted(find_missing(data_dir, tally.answered)) if find_missing else None
    summary["not_in_the_store"] = "not checked" if missing is None else missing
    if given.json:
        given.json.write_text(json.dumps(summary, indent=2), encoding="utf-8")
    failed = any(status >= 500 for status in tally.statuses) or tally.taken or tally.leaks or tally.lost or missing
    print_summary(summary)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
