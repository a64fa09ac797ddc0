"""This module measures the shipped claim check on a labelled file of claims and passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from isletbot.evaluation.jsonl import read_flag, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.scores import auroc, measure_detection
from isletbot.ports import Entailment, Judgement

FORM = 'A line is {"id": "…", "claim": "…", "passages": ["…"], "label": "supported" or "unsupported"}.'


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    id: str
    text: str
    passages: tuple[str, ...]
    supported: bool | None
    """None when the row has no label."""


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    claim: LabelledClaim
    judgement: Judgement


def read_claims(path: Path) -> tuple[LabelledClaim, ...]:
    """Reads the file. Raises InputError that names file, line and rule."""
    return tuple(
        LabelledClaim(
            id=read_text_field(where, row, "id", FORM),
            text=read_text_field(where, row, "claim", FORM),
            passages=read_texts_field(where, row, "passages", FORM),
            supported=read_flag(where, row, "label", {"supported": True, "unsupported": False}, FORM),
        )
        for where, row in read_rows(path, FORM)
    )


def judge_claims(claims: Sequence[LabelledClaim], entailment: Entailment) -> Iterator[JudgedClaim]:
    for claim in claims:
        yield JudgedClaim(claim, entailment.judge(claim.text, claim.passages))


def measure_claims(judged: Sequence[JudgedClaim]) -> Mapping[str, float]:
    """Measures precision, recall and F1 of `unsupported`, balanced accuracy and AUROC; empty without labels. An
    unchecked claim counts as unsupported: the bot does not say it."""
    labelled = [one for one in judged if one.claim.supported is not None]
    if not labelled:
        return {}
    positive = [one.claim.supported is False for one in labelled]
    detection = measure_detection([one.judgement.outcome != "supported" for one in labelled], positive)
    return {
        "claims": len(judged),
        "labelled": len(labelled),
        "unchecked": sum(one.judgement.outcome == "unchecked" for one in judged),
        "precision": detection.precision,
        "recall": detection.recall,
        "f1": detection.f1,
        "balanced_accuracy": detection.balanced_accuracy,
        "auroc": auroc([-one.judgement.score for one in labelled], positive),
    }
