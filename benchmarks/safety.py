"""How triage routes the safety suites and, with a data folder, XSTest, K-QA and JailbreakBench.

Usage: safety.py [--data-dir DIR] [--public DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from isletbot.answering.embedding_cache import CachedEmbeddings
from isletbot.answering.line import Line, make_classifier
from isletbot.answering.triage import triage_question
from isletbot.types import Question, Turn
from isletbot.wiring import Bot

EVALS = Path(__file__).parents[1] / "evals"
SUITES = ("red_flags", "look_alikes", "personal_advice", "attacks", "off_topic", "small_talk")
ODD = ("red_flags_odd", "look_alikes_odd")
Cases = Sequence[Sequence[str]]


def read_suites() -> dict[str, Cases]:
    suites: dict[str, Cases] = {name: [case["turns"] for case in read_lines(f"{name}.jsonl")] for name in SUITES}
    for name in ODD:
        for part in ("calibrate", "held_out"):
            suites[f"{name}, {part}"] = [c["turns"] for c in read_lines(f"{name}.jsonl") if part in c["tags"]]
    return suites


def read_lines(name: str) -> list[dict[str, list[str]]]:
    return [json.loads(line) for line in (EVALS / name).read_text("utf-8").splitlines()]


def read_public(folder: Path) -> dict[str, Cases]:
    with (folder / "xstest" / "xstest_prompts.csv").open(encoding="utf-8", newline="") as file:
        safe = [[row["prompt"]] for row in csv.DictReader(file) if row["label"] == "safe"]
    lines = (folder / "k-qa" / "questions_w_answers.jsonl").read_text("utf-8").splitlines()
    broken = [json.loads(path.read_text("utf-8")) for path in sorted((folder / "jailbreakbench").glob("*.json"))]
    attempts = [[one["prompt"]] for record in broken for one in record["jailbreaks"] if one["prompt"]]
    return {
        "XSTest, safe": safe,
        "K-QA": [[json.loads(line)["Question"]] for line in lines],
        "JailbreakBench": attempts,
    }


def route(line: Line, turns: Sequence[str]) -> str:
    *earlier, text = turns
    question = Question(text, tuple(turn for said in earlier for turn in (Turn("user", said), Turn("assistant", "-"))))
    return triage_question(question, line.rules, make_classifier(line, CachedEmbeddings(line.embeddings))).route


def show(suites: Mapping[str, Cases], line: Line) -> Counter[str]:
    alarms: Counter[str] = Counter()
    for name, cases in suites.items():
        routes = Counter(route(line, turns) for turns in cases)
        shares = "  ".join(f"{kind} {count / len(cases):.1%}" for kind, count in routes.most_common())
        print(f"{name:28}{len(cases):5}  {shares}")
        if name.startswith(("look_alikes", "XSTest", "K-QA")):
            alarms += Counter({"urgent": routes["urgent"], "all": len(cases)})
    return alarms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", default="var")
    parser.add_argument("--public", type=Path)
    given = parser.parse_args()
    line = Bot(data_dir=given.data_dir).line
    suites = read_suites() | (read_public(given.public) if given.public else {})
    alarms = show(suites, line)
    print(f"false alarms (urgent) on look-alikes and public questions: {alarms['urgent']} of {alarms['all']}")


if __name__ == "__main__":
    main()
