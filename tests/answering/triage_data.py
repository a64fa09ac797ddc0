"""The rules as they ship, the curated suites, and a reader whose reading a test decides, for the triage tests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import yaml

from isletbot.answering.red_flags.rules import Rules, parse_rules
from isletbot.answering.triage import MessageClassifier, triage_question
from isletbot.messages import MessageRoute
from isletbot.ports import Vectors
from isletbot.types import Question, Triage, Turn

ROOT = Path(__file__).parents[2]
SAY = ROOT / "prompts" / "say"


def rule_texts() -> dict[str, str]:
    paths = (ROOT / "prompts" / "triage").glob("*.yaml")
    return {path.name: path.read_text("utf-8") for path in paths}


@cache
def shipped() -> Rules:
    return parse_rules(rule_texts())


FILES = {"E1": "e1-emergency.yaml", "E3": "e3-crisis.yaml", "E2": "e2-care-team.yaml", "off_topic": "off-topic.yaml"}


def with_rules(certain: Mapping[str, str] | None = None, doubtful: Mapping[str, str] | None = None) -> Rules:
    """The rules that ship, with one more of each tier that a pattern is given for: `<tier>-made`."""
    texts = rule_texts()
    for sure, phrases in ((True, certain or {}), (False, doubtful or {})):
        for tier, phrase in phrases.items():
            data = yaml.safe_load(texts[FILES[tier]])
            data["rules"].append({"id": f"{tier}-made", "means": "Made.", "phrases": [phrase], "certain": sure})
            texts[FILES[tier]] = yaml.safe_dump(data)
    return parse_rules(texts)


def asked(*turns: str) -> Question:
    """The last turn as a question; the earlier ones are the person's, each answered with a word."""
    history = tuple(turn for text in turns[:-1] for turn in (Turn("user", text), Turn("assistant", "Noted.")))
    return Question(turns[-1], history)


def triage(*turns: str) -> Triage:
    """The triage of the last turn by the rules alone."""
    return triage_question(asked(*turns), shipped())


def suite(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "evals" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def scores(**likely: float) -> Mapping[str, float]:
    """Probabilities of all routes; what is left of 1 falls to `answer`."""
    zero: dict[str, float] = dict.fromkeys(get_args(MessageRoute), 0.0)
    return {**zero, "answer": 1 - sum(likely.values()), **likely}


class Reading:
    """Embeddings and classifier in one: a message that holds one of the words is read as told, any other as a question.
    A vector is the number of the text it was made of."""

    digest = "told"

    def __init__(self, **told: Mapping[str, float]) -> None:
        self.texts: list[str] = []
        self._told = told

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return np.arange(len(self.texts) - len(texts), len(self.texts), dtype=np.float32)[:, None]

    def classify(self, vector: Vectors) -> Mapping[str, float]:
        message = self.texts[int(vector[0])].split(" | before: ")[0]
        return next((found for word, found in self._told.items() if word in message), scores())


def read(reading: Reading, *turns: str, rules: Rules | None = None, urgent: float = 0.5) -> Triage:
    """The triage of the last turn by the rules and this reading."""
    reader = MessageClassifier(reading, reading, urgent, Counter())
    return triage_question(asked(*turns), rules or shipped(), reader)
