"""Mixed requests, one in a hundred of them bad, against a real server on loopback, by clients that must not meet.

    python benchmarks/load.py [--requests 10100] [--clients 16] [--json OUT]

Each client has a word that nobody else uses: it says it in its sessions and in the conversations it sends. Prints the
share of each class of status, the latency of each kind of request beside that of /healthz in the same run, and what
must not be: a 5xx, a request without a response, a bad one that was taken, a word of one client in a reply to another,
an answer whose id a client got and the store does not hold. Ends with status 1 when there was any. Rate limits are out
of reach and the records are in a folder of their own; every other setting is as it ships.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from server_process import find_missing, run_server

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("gold", "dialogues", "red_flags", "small_talk", "personal_advice", "off_topic", "not_in_corpus", "attacks")
MIX = {
    "session": 35,
    "history": 3,
    "chat": 22,
    "events": 5,
    "completion": 8,
    "stream": 7,
    "sources": 7,
    "page": 4,
    "healthz": 8,
    "bad": 1,
}
"""Shares of 100."""
TURNS = 8
"""Questions in one session; then the client opens another."""
REQUEST_LIMIT_S = 60
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
        self._token, self._asked = "", TURNS

    async def send(self, kind: str, words: Sequence[str]) -> None:
        if kind in ("session", "history") and self._asked >= TURNS:
            await self._open_session()
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
        if kind == "history" and self.word not in response.text:
            self._tally.leaks.append(f"{self.word} is not in its own history")
        self._tally.leaks += [word for word in words if word != self.word and word in response.text]

    async def _open_session(self) -> None:
        """Its first question holds the word."""
        headers = {**JSON, "Origin": str(self._http.base_url).rstrip("/")}
        opened = await self._http.post("/v1/sessions", json={"widget": "demo"}, headers=headers)
        self._token, self._asked = opened.raise_for_status().json()["token"], 0
        said = [{"role": "user", "content": f"My note says {self.word}. What is zimislecel?"}]
        asked = await self._http.post(CHAT, json={"messages": said}, headers=self._own())
        self._tally.answered.add(asked.raise_for_status().json()["id"])

    def _own(self) -> dict[str, str]:
        return {**JSON, "Authorization": f"Bearer {self._token}"}

    def _make(self, kind: str) -> tuple[str, str, bytes, dict[str, str]]:
        match kind:
            case "bad":
                return self._random.choice(BAD)
            case "healthz":
                return "GET", "/healthz", b"", {}
            case "page":
                return "GET", "/", b"", {}
            case "sources":
                return "GET", self._random.choice(("/v1/sources", "/v1/sources/nejm-2025")), b"", {}
            case "history":
                return "GET", "/v1/history", b"", self._own()
        messages = [{"role": "user", "content": text} for text in self._random.choice(self._conversations)]
        if kind == "session":
            self._asked += 1
            return "POST", CHAT, json.dumps({"messages": messages[-1:]}).encode(), self._own()
        messages.insert(0, {"role": "user", "content": f"My note says {self.word}."})
        if kind in ("chat", "events"):
            headers = {**JSON, "Accept": "text/event-stream"} if kind == "events" else JSON
            return "POST", CHAT, json.dumps({"messages": messages}).encode(), headers
        asked = {"model": "isletbot", "messages": messages, "stream": kind == "stream"}
        return "POST", COMPLETIONS, json.dumps(asked).encode(), JSON


def find_ids(kind: str, response: httpx.Response) -> set[str]:
    match kind:
        case "chat" | "session":
            return {response.json()["id"]}
        case "completion":
            return {response.json()["isletbot"]["answer_id"]}
        case "stream" | "events":
            events = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: {")]
            found = [chunk.get("isletbot", chunk) for chunk in map(json.loads, events)]
            return {one.get("answer_id") or one["id"] for one in found if "kind" in one}
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
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records.sqlite"
        with run_server(records) as server:
            began = time.perf_counter()
            tally = asyncio.run(run_load(server.url, given.requests, given.clients))
            summary = summarize(tally, time.perf_counter() - began)
        missing = find_missing(records, tally.answered)
    summary["not_in_the_store"] = missing
    if given.json:
        given.json.write_text(json.dumps(summary, indent=2), encoding="utf-8")
    failed = any(status >= 500 for status in tally.statuses) or tally.taken or tally.leaks or tally.lost or missing
    print_summary(summary)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
