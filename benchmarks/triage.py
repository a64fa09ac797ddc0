"""What triage costs beside the one embedding it shares with retrieval. Usage: triage.py [--data-dir DIR]"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from isletbot.answering.embedding_cache import CachedEmbeddings
from isletbot.answering.line import make_classifier
from isletbot.answering.triage import triage_question
from isletbot.types import Question
from isletbot.wiring import Bot

EVALS = Path(__file__).parents[1] / "evals"
SUITES = ("gold", "look_alikes", "personal_advice", "red_flags", "attacks")


def read_questions() -> list[str]:
    lines = [line for name in SUITES for line in (EVALS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [json.loads(line)["turns"][-1] for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", default="var")
    line = Bot(data_dir=parser.parse_args().data_dir).line
    embedding, triage = [], []
    for text in read_questions():
        shared = CachedEmbeddings(line.embeddings)
        began = perf_counter()
        shared.embed([" ".join(text.split())])
        embedded = perf_counter()
        triage_question(Question(text), line.rules, make_classifier(line, shared))
        ended = perf_counter()
        embedding.append((embedded - began) * 1000)
        triage.append((ended - embedded) * 1000)
    for name, times in (("one embedding", embedding), ("triage beside it", triage)):
        print(
            f"{name:17} median {median(times):.2f} ms   95 % {quantiles(times, n=20)[-1]:.2f} ms   ({len(times)} texts)"
        )
    print(f"triage / embedding, medians: {median(triage) / median(embedding):.2f}")


if __name__ == "__main__":
    main()
