"""Does a quote support a sentence? A ledger of figures, denials, hedges and new words; no model.

What a sentence says must be found in its quotes, and what cannot be found counts against it. Plain words may stand for
others only where `paraphrases.py` says so. A likelihood has no say: a trained head that lets nine in ten true
paraphrases pass lets four in ten false ones pass too (docs/evaluation.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from isletbot.answering.text import normalise, stem, tokenise
from isletbot.answering.verification.figures import NO_STUDY, find_figure_problem
from isletbot.answering.verification.negation import content_words, find_denial_problem, find_retold
from isletbot.answering.verification.paraphrases import find_new_words
from isletbot.answering.verification.quantifiers import find_quantifier_problem
from isletbot.answering.verification.same_figures import write_figures_alike
from isletbot.corpus import StudyWords
from isletbot.finding_reasons import Reason
from isletbot.ports import Judgement

_OBJECTED = 0.8
"""What is left of the score of a sentence that does not pass."""
_RETOLD = 0.6
"""Share of the content words of a quote from which a sentence counts as retelling it."""
_HEDGES = frozenset(
    "may might could can would should plan planned hope hoped expected potential potentially suggest support".split()
)
_QUALIFIERS = tuple(
    re.compile(rf"\b(?:{words})\b") for words in ("most|mostly", "often|frequent|frequently|mostly", "mean|average")
)
_VIEW = r"\b({names}) (?:judged|said|reported|says)\b"
"""A quote that gives the view of who speaks of a product of their own."""
NO_QUOTE = Reason("no_quote", "no quote")
NOTHING_TO_CHECK = Reason("nothing_to_check", "no word that could be checked")
_SENTENCE = re.compile(r"(?<=[a-z\d)][.!?])\s+(?=[A-Z])")


def judge_claim(sentence: str, quotes: Sequence[str], study: StudyWords = NO_STUDY) -> Judgement:
    """Supported only when every check passes; unchecked when there is nothing that could be checked."""
    if not quotes:
        return Judgement("unsupported", NO_QUOTE, 0.0)
    if any(sentence.strip() == quote.strip() for quote in quotes):
        return Judgement("supported", Reason("verbatim", "verbatim"), 1.0)
    sentence, quotes = write_figures_alike(sentence), [write_figures_alike(quote) for quote in quotes]
    content = content_words(sentence)
    if not content:
        return Judgement("unchecked", NOTHING_TO_CHECK, 0.5)
    new = find_new_words(sentence, quotes, study)
    known = 1 - len(content.intersection(new)) / len(content)
    problem = find_objection(sentence, quotes, study) or _find_hedge_problem(sentence, quotes)
    problem = problem or _find_qualifier_problem(sentence, quotes, study)
    if not problem and new:
        words = tuple(dict.fromkeys(new))
        problem = Reason("new_words", f"not in the quotes: {', '.join(words)}", words)
    if problem:
        return Judgement("unsupported", problem, known * _OBJECTED)
    return Judgement("supported", Reason("words_agree", "every figure and word stands in the quotes"), known)


def judge_signed(sentence: str, quotes: Sequence[str], study: StudyWords = NO_STUDY) -> Judgement:
    """For words that a second person signs beside their quotes. Figures, groups, times, denials, hedges and limits must
    agree as ever; which words say the rest is the reader's judgement."""
    if not quotes:
        return Judgement("unsupported", NO_QUOTE, 0.0)
    problem = find_objection(sentence, quotes, study) or _find_hedge_problem(sentence, quotes)
    problem = problem or _find_qualifier_problem(sentence, quotes, study)
    if problem:
        return Judgement("unsupported", problem, 0.0)
    return Judgement("supported", Reason("figures_agree", "figures, denials and hedges agree with the quotes"), 1.0)


def find_objection(sentence: str, quotes: Sequence[str], study: StudyWords = NO_STUDY) -> Reason | None:
    """A figure, a group or a denial that the quotes do not have; None when all agree."""
    problem = find_figure_problem(sentence, " ".join(quotes), study)
    problem = problem or find_denial_problem(sentence, quotes, study.medicines)
    return problem or find_quantifier_problem(sentence, quotes)


class LedgerEntailment:
    """`judge_claim` as the line takes it."""

    def __init__(self, study: StudyWords = NO_STUDY) -> None:
        self._study = study

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        return judge_claim(sentence, quotes, self._study)


class SignedEntailment:
    """`judge_signed` as it is held to answers and plain forms before anybody is served them."""

    def __init__(self, study: StudyWords = NO_STUDY) -> None:
        self._study = study

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        return judge_signed(sentence, quotes, self._study)


def _find_hedge_problem(sentence: str, quotes: Sequence[str]) -> Reason | None:
    """What a quote only supports, hopes or plans must not be said as a fact."""
    mine = content_words(sentence)
    pieces = [piece for quote in quotes for piece in _SENTENCE.split(quote)]
    nearest = max(pieces, key=lambda piece: len(mine & content_words(piece)))
    hedges, told = _list_hedges(nearest), content_words(nearest)
    said = _list_hedges(sentence)
    retold = len(told & mine) >= _RETOLD * len(told)
    if hedges and (not said or (retold and len(said) < len(hedges))):
        told_as = ", ".join(dict.fromkeys(hedges))
        return Reason("without_hedge", f"the quote only says {told_as}", (told_as,))
    return None


def _find_qualifier_problem(sentence: str, quotes: Sequence[str], study: StudyWords) -> Reason | None:
    """What is said of most, often or on average, or is the view of who has an interest, must be said so again."""
    mine = content_words(sentence)
    nearest = max(quotes, key=lambda quote: len(mine & content_words(quote)))
    told, said = normalise(find_retold(nearest, sentence)), normalise(sentence)
    for qualifier in _QUALIFIERS:
        if (found := qualifier.search(told)) and not qualifier.search(said):
            return Reason("without_qualifier", f"the quote only says so of {found[0]!r}", (found[0],))
    names = "|".join(map(re.escape, study.own_view))
    view = re.search(_VIEW.format(names=names), normalise(nearest)) if names else None
    if view and view[1] not in said:
        return Reason("view_as_fact", f"the quote only gives the view of {view[1]!r}", (view[1],))
    return None


def _list_hedges(text: str) -> list[str]:
    return [stem(token) for token in tokenise(text) if token in _HEDGES]
