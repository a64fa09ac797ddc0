"""Where the time of one warm answer goes: the processor's time of each part, the parts within it left out.

    python benchmarks/answer_parts.py [--questions 200] [--rounds 3] [--json OUT]

Asks single messages of the blind suites, all of them once to warm up, then each `--rounds` times. Counts the time of
the thread that answers, so that other programs on the machine do not count. A table of Markdown: milliseconds of the
mean answer, their share, and their ratio to what the models take.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from isletbot import Bot
from isletbot.answering import graph, triage
from isletbot.errors import InputError
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.relevance import OnnxRelevance
from isletbot.storage.answer_search import AnswerSearch
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.example_search import ExampleSearch

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("blind_voices_3", "blind_voices_2", "blind_voices")
MODELS, SEARCH, KNOWN = "model passes", "vector query and BM25", "nearest known messages and answers"
PARTS: tuple[tuple[str, Any, str], ...] = (
    (MODELS, OnnxEmbeddings, "embed"),
    (MODELS, OnnxRelevance, "score"),
    (SEARCH, ChromaPassages, "search_dense"),
    (SEARCH, ChromaPassages, "search_lexical"),
    (KNOWN, ExampleSearch, "nearest"),
    (KNOWN, ExampleSearch, "asking"),
    (KNOWN, AnswerSearch, "nearest"),
    ("rules of red flags", triage, "find_red_flag"),
    ("triage, the rest", graph, "triage_question"),
    ("condense", graph, "condense_question"),
    ("retrieve, the rest", graph, "find_candidates"),
    ("judge, the rest", graph, "judge_evidence"),
    ("compose", graph, "compose_draft"),
    ("verify", graph, "verify_draft"),
    ("conclude", graph, "conclude_answer"),
    ("the line itself", graph.Bot, "ask"),
)
"""Name, what holds the function, and its name there."""


class Meter:
    """Adds up the time that functions take, each without those that it calls and that are measured too."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within = [0.0]

    def measure(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def measured(*given: Any, **named: Any) -> Any:
            self._within.append(0.0)
            began = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                taken = time.thread_time() - began
                self.seconds[part] += taken - self._within.pop()
                self._within[-1] += taken

        return measured


def read_messages(count: int) -> list[str]:
    lines = [line for suite in SUITES for line in (ROOT / "evals" / f"{suite}.jsonl").read_text("utf-8").splitlines()]
    cases = [json.loads(line)["turns"] for line in lines]
    return [turns[0] for turns in cases if len(turns) == 1][:count]


def measure_answers(count: int, rounds: int) -> Mapping[str, float]:
    """Milliseconds of the mean answer by part."""
    meter, bot, messages = Meter(), Bot(), read_messages(count)
    for part, owner, name in PARTS:
        setattr(owner, name, meter.measure(part, getattr(owner, name)))
    for number in range(rounds + 1):
        if number == 1:
            meter.seconds.clear()  # the first round warms up
        for message in messages:
            try:
                bot.ask(message)
            except InputError as error:
                raise SystemExit(f"{message!r} is no question: {error}") from error
    return {part: 1000 * meter.seconds[part] / (rounds * len(messages)) for part, _, _ in PARTS}


def print_table(milliseconds: Mapping[str, float]) -> None:
    total, models = sum(milliseconds.values()), milliseconds[MODELS]
    print("| part | CPU ms | share | x models |\n|---|---:|---:|---:|")
    for part, taken in (*milliseconds.items(), ("one answer", total)):
        print(f"| {part} | {taken:.2f} | {taken / total:.0%} | {taken / models:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    milliseconds = measure_answers(given.questions, given.rounds)
    print_table(milliseconds)
    if given.json:
        given.json.write_text(json.dumps(milliseconds, indent=2), "utf-8")


if __name__ == "__main__":
    main()
