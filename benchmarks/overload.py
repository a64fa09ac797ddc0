"""More than the server can take: bursts of ten times its places, readers who take nothing, people who leave.

    python benchmarks/overload.py [--seconds 30] [--idle 1000] [--json OUT]

First one person asks at a time: that is the unloaded run. Then, until the time is over, all at once: people who ask one
question after another, bursts, slow readers, people who leave in the middle, idle streams (a stream is asked for, and
half of the question is sent), one caller over its rate, and an urgent message every quarter of a second. Questions are
those of `training/questions`, each from an address of its own; settings are as they ship but for the rate of all
together. Prints milliseconds (50th and 95th percentile) to first byte, first sentence and end of what was admitted,
with their ratio to the unloaded run, and ends with status 1 when an urgent message was not answered in time, a 5xx
other than 503 came, a 503 lacked the emergency line, a request got no response, an answer is not in the records, or
memory grew by more than the bound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from load import ROOT
from server_process import Server, find_missing, run_server

AT_ONCE, WAITING = 4, 32
"""The settings that ship: `ISLETBOT_QUESTIONS_AT_ONCE` and `ISLETBOT_QUESTIONS_WAITING`."""
BURST = 10 * (AT_ONCE + WAITING)
BURST_PAUSE_S, URGENT_PAUSE_S, MEMORY_PAUSE_S = 4.0, 0.25, 0.5
IDLE_PAUSE_S = 10.0
URGENT_LIMIT_S, MOST_GROWTH_MB = 1.0, 50.0
REQUEST_LIMIT_S = 90
STEADY, SLOW, LEAVING = 2, 4, 2
URGENT = ("I have severe chest pain", "My mother is unconscious!", "My blood sugar is 30 and I cannot stop shaking")
SPARE_FILES = 2_000
"""Files that bursts and the server's own need beside the idle streams."""


@dataclass
class Exchange:
    status: int
    body: bytes
    first_byte: float
    first_sentence: float | None
    end: float


@dataclass
class Seen:
    exchanges: dict[str, list[Exchange]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    left: int = 0
    idle: int = 0
    """The most idle streams that were open at once."""
    idle_now: int = 0
    memory_mb: list[float] = field(default_factory=list)


class Caller:
    """Sends questions by hand, so that it can stop reading, leave, and see the first byte."""

    def __init__(self, port: int, questions: Sequence[str], seen: Seen) -> None:
        self._port, self._questions, self._seen = port, questions, seen
        self._random = random.Random(16)

    async def ask(self, kind: str, text: str = "", address: str = "", *, slowly: bool = False) -> None:
        try:
            async with asyncio.timeout(REQUEST_LIMIT_S):
                self._seen.exchanges[kind].append(await self._exchange(text or self.pick(), address, slowly))
        except (OSError, TimeoutError, ValueError, IndexError) as error:
            self._seen.lost.append(f"{kind}: {type(error).__name__} {error}".strip())

    async def leave(self) -> None:
        """Half of them after the first byte, half before."""
        reader, writer = await self._open()
        with suppress(OSError):
            writer.write(self._write_request(self.pick(), ""))
            if self._random.random() < 0.5:
                await reader.read(1)
        writer.transport.abort()
        self._seen.left += 1

    async def idle(self, over: asyncio.Event) -> None:
        """Opens the stream again when the server has given it up. The first are opened one after another."""
        while not over.is_set():
            await asyncio.sleep(self._random.random() * IDLE_PAUSE_S)
            with suppress(OSError, TimeoutError):
                reader, writer = await self._open()
                self._seen.idle_now += 1
                self._seen.idle = max(self._seen.idle, self._seen.idle_now)
                request = self._write_request(self.pick(), "")
                writer.write(request[:-10])
                async with asyncio.timeout(REQUEST_LIMIT_S):
                    await asyncio.wait(
                        {asyncio.ensure_future(reader.read()), asyncio.ensure_future(over.wait())},
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                writer.transport.abort()
                self._seen.idle_now -= 1

    def pick(self) -> str:
        return self._random.choice(self._questions)

    async def _open(self, limit: int = 65_536) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port, limit=limit)

    def _write_request(self, text: str, address: str) -> bytes:
        """By HTTP/1.0, as the reply then ends with the connection and comes in no chunks."""
        body = json.dumps({"messages": [{"role": "user", "content": text}]}).encode()
        address = address or ".".join(str(self._random.randrange(1, 255)) for _ in range(4))
        head = (
            f"POST /v1/chat HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Forwarded-For: {address}"
            f"\r\nAccept: text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _exchange(self, text: str, address: str, slowly: bool) -> Exchange:
        began = time.perf_counter()
        reader, writer = await self._open(1_024 if slowly else 65_536)
        try:
            writer.write(self._write_request(text, address))
            reply, first_byte, sentence = b"", 0.0, None
            while piece := await reader.read(256 if slowly else 65_536):
                first_byte = first_byte or time.perf_counter() - began
                reply += piece
                if sentence is None and b"event: sentence" in reply:
                    sentence = time.perf_counter() - began
                if slowly:
                    await asyncio.sleep(0.2)
            head, body = reply.split(b"\r\n\r\n", 1)
            return Exchange(int(head.split()[1]), body, first_byte, sentence, time.perf_counter() - began)
        finally:
            writer.close()


def read_questions() -> list[str]:
    """Single messages that are no emergency: those have a row of their own."""
    found = []
    for path in sorted((ROOT / "training" / "questions").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            item = json.loads(line)
            if item.get("route") != "urgent" and len(item["turns"]) == 1:
                found.append(item["turns"][0])
    return found


async def run_unloaded(caller: Caller, count: int) -> None:
    for _ in range(5):
        await caller.ask("warm-up")
    for number in range(count):
        await caller.ask("unloaded")
        await caller.ask("unloaded urgent", URGENT[number % len(URGENT)])


async def run_overload(caller: Caller, seen: Seen, pid: int, seconds: float, idle: int) -> None:
    over = asyncio.Event()

    async def repeat(act: Callable[[], Awaitable[object]], pause: float = 0.0) -> None:
        while not over.is_set():
            with suppress(OSError):
                await act()
            await asyncio.sleep(pause)

    async def burst() -> None:
        await asyncio.gather(*(caller.ask("burst") for _ in range(BURST)))

    async def put_urgent() -> None:
        """At its time, however long the one before takes."""
        number = 0
        async with asyncio.TaskGroup() as asked:
            while not over.is_set():
                asked.create_task(caller.ask("urgent", URGENT[number % len(URGENT)]))
                number += 1
                await asyncio.sleep(URGENT_PAUSE_S)

    async def weigh() -> None:
        seen.memory_mb.append(read_memory_mb(pid))

    async with asyncio.TaskGroup() as group:
        group.create_task(put_urgent())
        group.create_task(repeat(weigh, MEMORY_PAUSE_S))
        group.create_task(repeat(burst, BURST_PAUSE_S))
        group.create_task(repeat(lambda: caller.ask("over its rate", address="198.51.100.7"), 0.5))
        for _ in range(STEADY):
            group.create_task(repeat(lambda: caller.ask("steady")))
        for _ in range(SLOW):
            group.create_task(repeat(lambda: caller.ask("slow reader", slowly=True)))
        for _ in range(LEAVING):
            group.create_task(repeat(caller.leave, 0.3))
        for _ in range(idle):
            group.create_task(caller.idle(over))
        await asyncio.sleep(seconds)
        over.set()


def read_memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def measure_growth(memory_mb: Sequence[float]) -> float:
    """From the second quarter to the last: the first fills caches and pools."""
    quarter = max(len(memory_mb) // 4, 1)
    return statistics.median(memory_mb[-quarter:]) - statistics.median(memory_mb[quarter : 2 * quarter] or memory_mb)


def find_faults(
    seen: Seen,
    emergency: str,
    missing: Sequence[str],
    most_growth_mb: float = MOST_GROWTH_MB,
    urgent_limit_s: float = URGENT_LIMIT_S,
) -> Iterator[str]:
    for kind, exchanges in seen.exchanges.items():
        for one in exchanges:
            if one.status >= 500 and one.status != 503:
                yield f"{kind}: status {one.status}"
            if one.status == 503 and emergency not in json.loads(one.body)["error"]["remedy"]:
                yield f"{kind}: a 503 without the emergency line"
            if kind.endswith("urgent") and (one.status != 200 or b'"kind": "urgent"' not in spread(one.body)):
                yield f"{kind}: no urgent reply, status {one.status}"
            if kind == "urgent" and one.end > urgent_limit_s:
                yield f"{kind}: answered after {one.end:.2f} s, not within {urgent_limit_s:g} s"
    if not seen.exchanges.get("urgent"):
        yield "urgent: none was sent"
    yield from (f"no response: {what}" for what in seen.lost)
    yield from (f"not in the records: {name}" for name in missing)
    growth = measure_growth(seen.memory_mb) if seen.memory_mb else 0.0
    if growth > most_growth_mb:
        yield f"memory grew by {growth:.0f} MB, more than {most_growth_mb:g} MB"


def spread(body: bytes) -> bytes:
    return body.replace(b'"kind":"', b'"kind": "')


def find_ids(seen: Seen) -> set[str]:
    ids = set()
    for one in (one for exchanges in seen.exchanges.values() for one in exchanges if one.status == 200):
        last = one.body.rsplit(b"event: answer", 1)[-1].partition(b"data: ")[2].splitlines()
        if last:
            ids.add(str(json.loads(last[0])["id"]))
    return ids


def summarize(seen: Seen) -> list[dict[str, object]]:
    rows = []
    for kind, exchanges in seen.exchanges.items():
        admitted = [one for one in exchanges if one.status == 200]
        calm = seen.exchanges.get("unloaded urgent" if kind.endswith("urgent") else "unloaded", [])
        row: dict[str, object] = {"who": kind, "count": len(exchanges)}
        for status in (200, 429, 503):
            row[str(status)] = f"{sum(one.status == status for one in exchanges) / max(len(exchanges), 1):.0%}"
        row["first byte"] = show([one.first_byte for one in admitted])
        row["first sentence"] = show([one.first_sentence for one in admitted if one.first_sentence is not None])
        row["end"] = show([one.end for one in admitted])
        row["x unloaded"] = compare([one.end for one in admitted], [one.end for one in calm if one.status == 200])
        rows.append(row)
    return rows


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    return statistics.median(seconds), statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def show(seconds: Sequence[float]) -> str:
    return " ".join(f"{1000 * value:,.0f}" for value in quantiles(seconds)) if len(seconds) > 1 else "-"


def compare(seconds: Sequence[float], calm: Sequence[float]) -> str:
    if min(len(seconds), len(calm)) < 2:
        return "-"
    return " ".join(f"{one / other:.1f}" for one, other in zip(quantiles(seconds), quantiles(calm), strict=True))


def print_table(rows: Sequence[dict[str, object]]) -> None:
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
    print("| " + " | ".join(name.ljust(width) for name, width in widths.items()) + " |")
    print("|" + "|".join("---" for _ in widths) + "|")
    for row in rows:
        print("| " + " | ".join(str(row[name]).ljust(width) for name, width in widths.items()) + " |")


@contextmanager
def a_server(folder: Path) -> Iterator[Server]:
    """With the weights and the index of this installation, and records and a journal of its own."""
    data = Path(os.environ.get("ISLETBOT_DATA_DIR", ROOT / "var")).resolve()
    for name in ("weights", "index"):
        (folder / name).symlink_to(data / name)
    os.environ |= {"ISLETBOT_DATA_DIR": str(folder), "ISLETBOT_TRUSTED_PROXIES": "127.0.0.1"}
    with run_server(folder / "records.sqlite", {"ISLETBOT_TOTAL_RATE": "1000000/second"}) as server:
        yield server


def read_emergency_line(url: str) -> str:
    opened = httpx.post(f"{url}/v1/sessions", json={"widget": "demo"}, headers={"Origin": url}, timeout=30)
    return str(opened.raise_for_status().json()["emergency"]["text"])


def wait_for_the_journal(folder: Path, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while (folder / "journal" / "urgent.jsonl").exists() and time.monotonic() < ends:
        time.sleep(0.2)


def raise_file_limit() -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--unloaded", type=int, default=40, help="Questions of the unloaded run.")
    parser.add_argument("--idle", type=int, default=1_000, help="Idle streams; fewer where the limit of files is low.")
    parser.add_argument("--most-growth-mb", type=float, default=MOST_GROWTH_MB)
    parser.add_argument("--urgent-limit", type=float, default=URGENT_LIMIT_S, metavar="SECONDS")
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    idle = max(min(given.idle, raise_file_limit() - SPARE_FILES), 0)
    seen = Seen()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_server(folder) as server:
            emergency = read_emergency_line(server.url)
            caller = Caller(server.port, read_questions(), seen)
            asyncio.run(run_unloaded(caller, given.unloaded))
            asyncio.run(run_overload(caller, seen, server.pid, given.seconds, idle))
            wait_for_the_journal(folder)
        missing = find_missing(folder / "records.sqlite", find_ids(seen))
    rows = summarize(seen)
    faults = sorted(find_faults(seen, emergency, missing, given.most_growth_mb, given.urgent_limit))
    print_table(rows)
    memory = f"{seen.memory_mb[0]:.0f} to {max(seen.memory_mb):.0f} MB, grew by {measure_growth(seen.memory_mb):.1f} MB"
    print(f"\nmemory of the serving process: {memory}; idle streams at once: {seen.idle}; left early: {seen.left}")
    print("\n".join(faults[:30]) or "no fault")
    if given.json:
        given.json.write_text(json.dumps({"rows": rows, "memory": memory, "faults": faults}, indent=2), "utf-8")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
