"""Builds the verification that answers and plain forms must pass before they are served."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verification.ledger import SignedEntailment
from isletbot.answering.verify import verify_draft
from isletbot.corpus import Caution, StudyWords
from isletbot.ingestion.answer_lines import Verify
from isletbot.ports import Entailment
from isletbot.wiring.claims import make_entailment


def make_verify(cautions: tuple[Caution, ...], study: StudyWords) -> Verify:
    """For the files of the corpus, whose changes a second person reads: words are theirs to judge."""
    return _verify_with(SignedEntailment(study), cautions)


def make_staff_verify(cautions: tuple[Caution, ...], study: StudyWords) -> Verify:
    """For what staff type in the console, as strict as for a chat model: every word must stand in the quotes."""
    return _verify_with(make_entailment(study), cautions)


def _verify_with(entailment: Entailment, cautions: tuple[Caution, ...]) -> Verify:
    verifier = Verifier(entailment, cautions)
    return lambda draft, evidence: verify_draft(draft, evidence, verifier)
