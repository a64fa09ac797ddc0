"""Chooses the entailment checks: one for a sentence of the pipeline, one for the replies of `eval claims`."""

from __future__ import annotations

from importlib.resources import files

from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.evaluation.support_head import HEAD_FILE, SupportEntailment, parse_head
from isletbot.ports import Entailment


def make_entailment() -> Entailment:
    """Checks one sentence against its quotes by rules, not by probability, because nothing false may pass."""
    return LedgerEntailment()


def make_reply_entailment() -> Entailment:
    """Checks replies of many sentences by any model against the passages they were written from."""
    return SupportEntailment(parse_head((files("isletbot.evaluation") / HEAD_FILE).read_text("utf-8")))
