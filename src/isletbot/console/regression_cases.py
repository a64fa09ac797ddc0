"""This module writes the questions that staff added to the evaluation as a suite on disk, in the form of
`evals/README.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from isletbot.curation.queue import StaffCase


@dataclass(frozen=True, slots=True)
class RegressionCaseFile:
    path: Path
    list_cases: Callable[[], Sequence[StaffCase]]

    def refresh(self) -> None:
        """Writes the cases of the records to the file, unless the file has them already."""
        lines = [json.dumps(describe_case(case), ensure_ascii=False) for case in self.list_cases()]
        text = "".join(f"{line}\n" for line in lines)
        if not text or (self.path.exists() and self.path.read_text("utf-8") == text):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = self.path.with_name(f".{self.path.name}.{uuid4().hex}")
        written.write_text(text, "utf-8")
        written.replace(self.path)


def describe_case(case: StaffCase) -> Mapping[str, object]:
    return {
        "id": f"staff-{case.id[:12]}",
        "turns": [case.question],
        "kinds": [case.kind],
        "must": [{"fact": words, "any": [re.escape(words)]} for words in case.must],
        "must_not": [],
        "cite": [],
        "tags": ["staff"],
        "basis": f"{case.who}, {case.at:%Y-%m-%d}",
    }
