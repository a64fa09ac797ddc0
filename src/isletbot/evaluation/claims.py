"""Claims against passages: what the claim check that ships makes of a labelled file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from isletbot.answering.claims import judge_claim
from isletbot.answering.words import GENERIC, stem, tokenise
from isletbot.evaluation.rows import read_flag, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.scores import auroc, measure_detection
from isletbot.types import Outcome

FORM = 'A line is {"id": "…", "claim": "…", "passages": ["…"], "label": "supported" or "unsupported"}.'
_OBJECTED = 0.8
"""What is left of the score when a figure, a denial or a hedge differs."""


@dataclass(frozen=True, slots=True)
class Claim:
    id: str
    text: str
    passages: tuple[str, ...]
    supported: bool | None
    """None where the line has no label."""


@dataclass(frozen=True, slots=True)
class Judged:
    claim: Claim
    outcome: Outcome
    score: float
    """0..1, how far the passages support the claim."""
    reason: str


Judge = Callable[[str, Sequence[str]], tuple[Outcome, float, str]]


def judge(claim: str, passages: Sequence[str]) -> tuple[Outcome, float, str]:
    """Outcome, score and reason of one claim. The one place to put another checker in.

    The score is the share of the claim's content words that the passages have, less where the ledger objects.
    """
    judgement = judge_claim(claim, passages)
    said, held = _content(claim), _content(" ".join(passages))
    coverage = len(said & held) / len(said) if said else 1.0
    match judgement.outcome:
        case "supported":
            score = coverage
        case "unsupported":
            score = coverage * _OBJECTED
        case _:
            score = 0.5
    return judgement.outcome, score, judgement.reason


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(token) for token in tokenise(text) if token not in GENERIC)


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Raises InputError that names file, line and rule."""
    return tuple(
        Claim(
            id=read_text_field(where, row, "id", FORM),
            text=read_text_field(where, row, "claim", FORM),
            passages=read_texts_field(where, row, "passages", FORM),
            supported=read_flag(where, row, "label", {"supported": True, "unsupported": False}, FORM),
        )
        for where, row in read_rows(path, FORM)
    )


def judge_claims(claims: Sequence[Claim], checker: Judge = judge) -> Iterator[Judged]:
    for claim in claims:
        yield Judged(claim, *checker(claim.text, claim.passages))


def measure_claims(judged: Sequence[Judged]) -> Mapping[str, float]:
    """Precision, recall and F1 of `unsupported`, balanced accuracy, AUROC; empty without labels. What was not checked
    counts as unsupported: it is not said."""
    labelled = [one for one in judged if one.claim.supported is not None]
    if not labelled:
        return {}
    positive = [one.claim.supported is False for one in labelled]
    detection = measure_detection([one.outcome != "supported" for one in labelled], positive)
    return {
        "claims": len(judged),
        "labelled": len(labelled),
        "unchecked": sum(one.outcome == "unchecked" for one in judged),
        "precision": detection.precision,
        "recall": detection.recall,
        "f1": detection.f1,
        "balanced_accuracy": detection.balanced_accuracy,
        "auroc": auroc([-one.score for one in labelled], positive),
    }
