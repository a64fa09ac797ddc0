"""Builds the verification that approved answers and plain forms must pass before they are served."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verification.ledger import SignedEntailment
from isletbot.answering.verify import verify_draft
from isletbot.corpus import Caution
from isletbot.ingestion.answer_lines import Verify


def make_verify(cautions: tuple[Caution, ...]) -> Verify:
    verifier = Verifier(SignedEntailment(), cautions)
    return lambda draft, evidence: verify_draft(draft, evidence, verifier)
