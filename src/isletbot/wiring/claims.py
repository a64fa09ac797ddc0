"""Which check of claims judges what: a sentence of the line, or a whole reply that `eval claims` is given."""

from __future__ import annotations

from importlib.resources import files

from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.evaluation.support_head import HEAD_FILE, SupportEntailment, parse_head
from isletbot.ports import Entailment


def make_entailment() -> Entailment:
    """For one sentence against its quotes, in the line: nothing false may pass, so no likelihood decides."""
    return LedgerEntailment()


def make_reply_entailment() -> Entailment:
    """For replies of many sentences by any model, against the passages they were written from."""
    return SupportEntailment(parse_head((files("isletbot.evaluation") / HEAD_FILE).read_text("utf-8")))
