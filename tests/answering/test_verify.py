"""Nothing passes that its quotes do not say, word for word, in the company it needs."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.answering.verify import verify_draft
from isletbot.types import Draft, Evidence, Finding, Found, Part, Passage, Quote, ScoredPassage, Sentence
from tests.builders import INDEPENDENCE, a_passage, a_reason, a_source
from tests.study_words import STUDY

STRONG = a_passage(INDEPENDENCE)
WEAK = a_passage(
    "The release says that most people came off insulin.",
    source=a_source(id="release", evidence="company_release"),
    corrected_by=(STRONG.key,),
)
EVIDENCE = Evidence((Found(Part("?"), tuple(ScoredPassage(one, 1.0, 1.0, 1.0) for one in (STRONG, WEAK))),))
VERIFIER = Verifier(LedgerEntailment(STUDY), ())


def quoted(passage: Passage, text: str | None = None) -> Sentence:
    return Sentence(text or passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def outcomes(*sentences: Sentence) -> list[str]:
    return [finding.outcome for finding in verify_draft(Draft("quotes", sentences), EVIDENCE, VERIFIER).findings]


def test_a_corrected_statement_is_dropped_alone_and_kept_beside_its_correction() -> None:
    assert outcomes(quoted(WEAK)) == ["unsupported"]
    assert outcomes(quoted(STRONG), quoted(WEAK)) == ["supported", "supported"]
    assert outcomes(quoted(WEAK), quoted(STRONG)) == ["supported", "supported"]


def test_a_corrected_statement_falls_when_its_correction_is_not_supported() -> None:
    correction = quoted(STRONG, "All 14 people came off insulin for good.")
    assert outcomes(correction, quoted(WEAK)) == ["unsupported", "unsupported"]


def test_what_a_composer_dropped_stands_among_the_findings() -> None:
    dropped = Finding(Sentence("It cures.", ()), "unsupported", a_reason("no citation"))
    verdict = verify_draft(Draft("model", (quoted(STRONG),), dropped=(dropped,)), EVIDENCE, VERIFIER)
    assert verdict.findings[0] == dropped
    assert verdict.supported == (quoted(STRONG),)


def test_a_draft_without_sentences_has_no_findings() -> None:
    assert verify_draft(Draft("none", ()), EVIDENCE, VERIFIER).findings == ()
