"""isletbot's whole verified answer against the retrieval of LangChain's own tutorial, on the same corpus and weights.

Reference: HuggingFaceEmbeddings + Chroma + retriever, documents cut by RecursiveCharacterTextSplitter(1000, 200), index
built before the clock starts. Ours: the shipped line, triage to cited answer, index built before the clock starts.
Second reference: the same retrieval with a cross-encoder over as many candidates as ours reads (sentence-transformers'
CrossEncoder over the same base weights; its head is untrained, which costs the same time).
All run in fresh processes of their own, in turn, on this machine; the ratios are what to quote.

    python benchmarks/tutorial.py [--runs 3] [--json OUT]

Needs the extras `index` and `bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peer_pipelines import ROOT, build_langchain, open_langchain, open_reranked, read_documents

LIMITS = {
    ("warm_ms", "reranked"): 0.25,
    ("warm_95_ms", "reranked"): 0.5,
    ("cold_s", "reference"): 0.35,
    ("peak_mb", "reference"): 0.55,
}
"""Figure and reference: largest ratio of ours to it."""
QUESTIONS = (
    "What is zimislecel?",
    "How many people no longer needed insulin after one year?",
    "Which countries is the trial running in?",
    "Did anyone die in the trial?",
    "Why do people have to take anti-rejection drugs?",
    "Is it approved by the FDA?",
    "What is impaired awareness of hypoglycaemia?",
    "Who funded the study?",
    "How much will it cost?",
    "Was there a control group, and how long was the follow-up?",
)
ROUNDS = 20


def make_reference(folder: Path, build: bool) -> Callable[[str], Any]:
    return open_langchain(build_reference(folder, build))


def make_reranked(folder: Path, build: bool) -> Callable[[str], Any]:
    return open_reranked(build_reference(folder, build))


def build_reference(folder: Path, build: bool) -> Path:
    index = folder / "reference"
    if build:
        build_langchain(index, read_documents(answers=False))
    return index


def make_ours(folder: Path, build: bool) -> Callable[[str], Any]:
    from isletbot.settings import load_settings
    from isletbot.wiring import make_bot, make_index

    if build:
        make_index(load_settings(data_dir=folder / "ours"))
    return make_bot(load_settings(data_dir=folder / "ours")).ask


MAKERS = {"reference": make_reference, "reranked": make_reranked, "ours": make_ours}


def run_child(name: str, folder: Path, build: bool) -> None:
    """Print what one fresh process measured of itself, as JSON."""
    began = float(os.environ["BENCH_BEGAN"])
    ask = MAKERS[name](folder, build)
    ask(QUESTIONS[0])
    cold = time.time() - began
    times = []
    for _ in range(0 if build else ROUNDS):
        for question in QUESTIONS:
            start = time.perf_counter()
            ask(question)
            times.append((time.perf_counter() - start) * 1000)
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    warm = {"warm_ms": statistics.median(times), "warm_95_ms": statistics.quantiles(times, n=20)[-1]} if times else {}
    print(json.dumps({"cold_s": cold, "peak_mb": peak, **warm}))


def measure(name: str, folder: Path, build: bool = False) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", name, "--folder", str(folder)] + (["--build"] if build else [])
    env = {**os.environ, "BENCH_BEGAN": str(time.time()), "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    env["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child", choices=MAKERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        run_child(args.child, args.folder, args.build)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("reference", "ours"):
            measure(name, folder, build=True)
        runs = [{name: measure(name, folder) for name in MAKERS} for _ in range(args.runs)]
    return report(runs, args.json)


def report(runs: list[dict[str, dict[str, float]]], out: Path | None) -> int:
    """Medians of the paired runs, their ratio and its limit; 1 when a ratio is over its limit."""
    figures = {}
    print(f"{'figure':<12}{'against':<11}{'theirs':>9}{'isletbot':>10}{'ratio':>8}{'limit':>8}")
    for (figure, against), limit in LIMITS.items():
        theirs = statistics.median(run[against][figure] for run in runs)
        ours = statistics.median(run["ours"][figure] for run in runs)
        ratio = statistics.median(run["ours"][figure] / run[against][figure] for run in runs)
        figures[f"{figure} {against}"] = {"theirs": theirs, "isletbot": ours, "ratio": ratio, "limit": limit}
        over = "" if ratio <= limit else "  OVER"
        print(f"{figure:<12}{against:<11}{theirs:>9.2f}{ours:>10.2f}{ratio:>8.3f}{limit:>8.2f}{over}")
    if out:
        out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return int(any(entry["ratio"] > entry["limit"] for entry in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
