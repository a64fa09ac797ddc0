"""Sentences that a second person has approved with the words they rest on, and the openings that may go before them."""

from __future__ import annotations

from collections.abc import Mapping

from isletbot.finding_reasons import Reason
from isletbot.types import Evidence, Opening, Sentence


def is_signed(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether it is a sentence of an approved answer, or the plain form of a statement, with just the quotes it was
    approved with. `sentence` comes without its opening."""
    for found in evidence.found:
        for near in found.approved:
            if sentence in near.answer.wordings:
                return True
    if len(sentence.quotes) != 1:
        return False
    passage = evidence.passage(sentence.quotes[0].key)
    if passage is None or sentence.quotes[0].text != passage.text or not sentence.text:
        return False  # a form that is left out is empty, and signs nothing
    return sentence.text in (passage.say, passage.again, passage.text)


def find_opening_problem(sentence: Sentence, evidence: Evidence, openings: Mapping[Opening, str]) -> Reason | None:
    """None when there is no opening, or when an approved answer that begins with the sentence may begin so."""
    if not sentence.opening:
        return None
    bare = without_opening(sentence)
    for found in evidence.found:
        for near in found.approved:
            allowed = {openings.get(one.opening) for one in near.answer.propositions}
            if bare == near.answer.sentences[0] and sentence.opening in allowed:
                return None
    text = f"no approved answer begins with {sentence.opening!r} and this sentence"
    return Reason("opening_not_approved", text, (sentence.opening,))


def without_opening(sentence: Sentence) -> Sentence:
    if not sentence.opening:
        return sentence
    return Sentence(sentence.text.removeprefix(sentence.opening).lstrip(), sentence.quotes)
