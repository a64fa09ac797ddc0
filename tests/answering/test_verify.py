"""Nothing passes that its quotes do not say, word for word, in the company it needs."""

from dataclasses import replace

from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verify import verify_draft
from isletbot.corpus import Caution
from isletbot.types import Draft, Evidence, Found, Part, Passage, Quote, ScoredPassage, Sentence
from tests.builders import DEATHS, INDEPENDENCE, a_passage, a_source

STRONG = a_passage(INDEPENDENCE)
WEAK = a_passage(
    "The release says that most people came off insulin.",
    source=a_source(id="release", evidence="company_release"),
    corrected_by=(STRONG.key,),
)
NEVER = Caution("P1", "The 10 are of the 12.", ("10 of 14",), ("paper#independence",), never=(r"10 of (the )?14",))


def evidence(*passages: Passage) -> Evidence:
    return Evidence((Found(Part("?"), tuple(ScoredPassage(passage, 1.0, 1.0, 1.0) for passage in passages)),))


def quoted(passage: Passage, text: str | None = None) -> Sentence:
    return Sentence(text or passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def outcomes(sentences: tuple[Sentence, ...], *passages: Passage, cautions: tuple[Caution, ...] = ()) -> list[str]:
    verdict = verify_draft(Draft("quotes", sentences), evidence(*passages), Verifier(LedgerEntailment(), cautions))
    return [finding.outcome for finding in verdict.findings]


def test_a_statement_quoted_word_for_word_is_supported() -> None:
    assert outcomes((quoted(STRONG),), STRONG) == ["supported"]


def test_a_quote_that_differs_by_one_character_drops_its_sentence() -> None:
    sentence = quoted(STRONG)
    broken = replace(sentence, quotes=(replace(sentence.quotes[0], text=INDEPENDENCE.replace("10", "11")),))
    assert outcomes((broken,), STRONG) == ["unsupported"]


def test_a_quote_at_shifted_offsets_drops_its_sentence() -> None:
    sentence = quoted(STRONG)
    shifted = replace(sentence.quotes[0], start=STRONG.start + 1, end=STRONG.end + 1)
    assert outcomes((replace(sentence, quotes=(shifted,)),), STRONG) == ["unsupported"]


def test_a_key_that_was_not_retrieved_is_a_finding() -> None:
    verdict = verify_draft(
        Draft("model", (quoted(STRONG),)), evidence(a_passage(DEATHS)), Verifier(LedgerEntailment(), ())
    )
    assert verdict.supported == ()
    assert STRONG.key in verdict.findings[0].reason


def test_a_sentence_without_a_citation_is_unsupported() -> None:
    assert outcomes((Sentence(INDEPENDENCE, ()),), STRONG) == ["unsupported"]


def test_what_a_caution_forbids_is_dropped_even_where_its_words_are_quoted() -> None:
    passage = a_passage("At one year 10 of the 14 people used no insulin.")
    assert outcomes((quoted(passage),), passage, cautions=(NEVER,)) == ["unsupported"]


def test_a_corrected_statement_is_dropped_alone_and_kept_beside_its_correction() -> None:
    assert outcomes((quoted(WEAK),), STRONG, WEAK) == ["unsupported"]
    assert outcomes((quoted(STRONG), quoted(WEAK)), STRONG, WEAK) == ["supported", "supported"]


def test_a_corrected_statement_falls_when_its_correction_is_not_supported() -> None:
    correction = quoted(STRONG, "All 14 people came off insulin for good.")
    assert outcomes((correction, quoted(WEAK)), STRONG, WEAK) == ["unsupported", "unsupported"]
