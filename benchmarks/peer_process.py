"""One pipeline in one fresh process: it builds its index, or opens it, answers every question and says what that took.

`peer_rounds.py` starts this, with the time in BENCH_BEGAN: a cold start begins before the interpreter.

    python benchmarks/peer_process.py NAME build|serve FOLDER
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from peer_pipelines import PIPELINES, Find, read_documents


class Taken(NamedTuple):
    milliseconds: float
    cpu_ms: float
    """Of the processor, all threads together."""
    given: Any


def take_time(work: Callable[[], Any]) -> Taken:
    began, cpu = time.perf_counter(), time.process_time()
    given = work()
    return Taken((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000, given)


def ask_bot(bot: Any, turns: Sequence[str]) -> Taken:
    """The last turn as `take_time` takes it; the turns before are replayed with the bot's own replies."""
    from isletbot.evaluation.replay import replay_turns

    history = replay_turns(bot, turns[:-1])
    return take_time(lambda: bot.ask(turns[-1], history))


def ask_retriever(find: Find, turns: Sequence[str]) -> Taken:
    """The turns are put as one text: without a chat model a retriever has no other history."""
    return take_time(lambda: find("\n".join(turns)))


def measure_throughput(ask: Callable[[str], Any], questions: Sequence[str], threads: int) -> float:
    """Questions a second when `threads` ask at once. An error of the pipeline ends the measurement."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        count = len(list(pool.map(ask, questions)))
    return count / (time.perf_counter() - began)


def serve(name: str, folder: Path, work: dict[str, Any]) -> dict[str, Any]:
    opened = PIPELINES[name].open(folder)
    ask = opened.ask if name == "isletbot" else opened
    ask(work["first"])
    cold = time.time() - float(os.environ["BENCH_BEGAN"])
    measured: dict[str, Any] = {"cold_s": cold, "cold_cpu_s": time.process_time()}
    put = ask_bot if name == "isletbot" else ask_retriever
    ask(work["second"])
    taken = [put(opened, turns) for turns in work["conversations"]]
    measured["times_ms"] = [one.milliseconds for one in taken]
    measured["cpu_times_ms"] = [one.cpu_ms for one in taken]
    measured["throughput"] = measure_throughput(ask, work["load"], work["threads"])
    status = Path("/proc/self/status").read_text("utf-8")
    measured["peak_mb"] = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM")) / 1024
    if name == "isletbot":
        from isletbot.server.wire import answer_to_json

        measured["replies"] = [answer_to_json(one.given) for one in taken]
    else:
        measured["handed"] = [one.given for one in taken]
    return measured


def main(name: str, mode: str, folder: Path) -> None:
    """Reads `folder`/work.json, writes `folder`/measured.json; the index is in a folder of its name."""
    work = json.loads((folder / "work.json").read_text("utf-8"))
    index = folder / PIPELINES[name].index
    index.mkdir(parents=True, exist_ok=True)
    if mode == "build":
        PIPELINES[name].build(index, read_documents(work["answers"]))
        measured = {"build_s": time.time() - float(os.environ["BENCH_BEGAN"]), "build_cpu_s": time.process_time()}
    else:
        measured = serve(name, index, work)
    (folder / "measured.json").write_text(json.dumps(measured), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
