"""Builds the verification that approved answers must pass before they are served."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verify import verify_draft
from isletbot.corpus import Caution
from isletbot.ingestion.answer_lines import Verify
from isletbot.wiring.claims import make_entailment


def make_verify(cautions: tuple[Caution, ...]) -> Verify:
    verifier = Verifier(make_entailment(), cautions)
    return lambda draft, evidence: verify_draft(draft, evidence, verifier)
