"""Rounds of fresh processes: every pipeline builds its index, answers the questions and hands over what it measured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from peer_pipelines import PIPELINES, ROOT, K
from peer_scores import (
    FIGURES,
    OURS,
    count_characters,
    grade_replies,
    quote_replies,
    score_passages,
    summarise_times,
)

from isletbot.evaluation.cases import Case
from isletbot.settings import load_settings
from isletbot.wiring.evaluation import open_source_texts

CHILD = Path(__file__).with_name("peer_process.py")
FIRST, SECOND = "What is zimislecel?", "Who funded the study?"
LIMIT_S = 3600
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "OMP_NUM_THREADS": "1",
}
"""One thread of a model for all, as isletbot chooses itself: PyTorch's threads wait for one another, which makes the
peers slower on a machine that others use."""


class NotMeasured(Exception):
    """A pipeline that is installed failed; the message is the last line it wrote."""


def find_absent(name: str) -> str:
    """The first module of the pipeline that is not installed, or nothing."""
    for module in PIPELINES[name].modules:
        try:
            if find_spec(module) is None:
                return module
        except ModuleNotFoundError:
            return module
    return ""


def run_child(name: str, mode: str, folder: Path) -> dict[str, Any]:
    """What one fresh process measured of itself. Raises NotMeasured."""
    shipped = {name: value for name, value in os.environ.items() if not name.startswith("ISLETBOT_")}
    env = {**shipped, **ENVIRONMENT, "PYTHONPATH": str(ROOT / "src"), "BENCH_BEGAN": repr(time.time())}
    command = [sys.executable, str(CHILD), name, mode, str(folder)]
    (folder / "measured.json").unlink(missing_ok=True)
    try:
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{name}, {mode}: took longer than {LIMIT_S} s") from None
    if done.returncode:
        raise NotMeasured(f"{name}, {mode}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    measured: dict[str, Any] = json.loads((folder / "measured.json").read_text("utf-8"))
    return measured


class Bench:
    """One run in `folder`. `said` holds what each pipeline handed over, `rounds` its figures, `failed` why it has none
    any more."""

    def __init__(self, folder: Path, names: Sequence[str], cases: Sequence[Case], load: Sequence[str]) -> None:
        self.folder, self.names, self.cases = folder, list(names), cases
        self.said: dict[str, dict[str, Any]] = {}
        self.with_answers: dict[str, list[bool]] = {}
        self.rounds: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        self.failed: dict[str, str] = {}
        self.work = {
            "first": FIRST,
            "second": SECOND,
            "conversations": [case.turns for case in cases],
            "load": list(load),
            "threads": min(4, os.cpu_count() or 1),
            "answers": False,
        }

    def write_work(self, **changes: Any) -> None:
        (self.folder / "work.json").write_text(json.dumps({**self.work, **changes}), "utf-8")

    def build(self, name: str) -> dict[str, Any]:
        """What an index from nothing takes; isletbot keeps its weights and the vectors of its question bank."""
        home = self.folder / PIPELINES[name].index
        shutil.rmtree(home / "index" if name == OURS else home, ignore_errors=True)
        return run_child(name, "build", self.folder)

    def run_round(self, number: int) -> None:
        self.write_work()
        built: dict[str, dict[str, Any]] = {}
        for name in self.names[number % len(self.names) :] + self.names[: number % len(self.names)]:
            index = PIPELINES[name].index
            try:
                if index not in built:
                    built[index] = self.build(index)
                said = run_child(name, "serve", self.folder)
            except NotMeasured as error:
                self.failed[name] = str(error)
                print(f"not measured: {error}", file=sys.stderr)
                continue
            figures = {**summarise_times(said["times_ms"], said["cpu_times_ms"]), **said, **built[index]}
            self.rounds[name].append({figure: figures[figure] for figure in FIGURES})
            self.said[name] = said
            print(f"round {number + 1}: {PIPELINES[name].label}: {said['cold_s']:.1f} s cold", file=sys.stderr)

    def index_answers(self) -> None:
        """Puts the cases once more to the peers, whose index then holds the approved answers too."""
        self.write_work(answers=True, load=[])
        built = set()
        for name in self.names:
            if PIPELINES[name].index == OURS or name in self.failed:
                continue
            if PIPELINES[name].index not in built:
                self.build(PIPELINES[name].index)
                built.add(PIPELINES[name].index)
            handed = run_child(name, "serve", self.folder)["handed"]
            self.with_answers[name] = score_passages(handed, self.cases, K)

    def score(self, name: str) -> dict[str, Any]:
        said = self.said[name]
        handed = said.get("handed") or quote_replies(said["replies"])
        right = {"passages": sum(score_passages(handed, self.cases, K))}
        if name in self.with_answers:
            right["with_answers"] = sum(self.with_answers[name])
        if "replies" in said:
            right["graded"] = sum(grade_replies(said["replies"], self.cases, open_source_texts(load_settings())))
        return {"right": right, "characters": count_characters(handed)}

    def report(self) -> dict[str, Any]:
        whole = [name for name in self.names if name not in self.failed]
        return {name: {"rounds": self.rounds[name], **self.score(name)} for name in whole}
