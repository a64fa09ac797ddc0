"""The rules as they ship, and the curated suites, for the triage tests."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from isletbot.answering.meaning import EXEMPLARS
from isletbot.answering.red_flags.rules import Rules, parse_rules
from isletbot.answering.triage import triage_question
from isletbot.types import Question, Triage, Turn

ROOT = Path(__file__).parents[2]
SAY = ROOT / "prompts" / "say"


def rule_texts() -> dict[str, str]:
    paths = (ROOT / "prompts" / "triage").glob("*.yaml")
    return {path.name: path.read_text("utf-8") for path in paths if path.name != EXEMPLARS}


@cache
def shipped() -> Rules:
    return parse_rules(rule_texts())


def triage(*turns: str) -> Triage:
    """The triage of the last turn; the earlier ones are the person's, each answered with a word."""
    history = tuple(turn for text in turns[:-1] for turn in (Turn("user", text), Turn("assistant", "Noted.")))
    return triage_question(Question(turns[-1], history), shipped())


def suite(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "evals" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
