"""This module says for people why a sentence is, or is not, supported: the findings of verification in whole words."""

from __future__ import annotations

from collections.abc import Mapping

from isletbot.answering.text import stem, tokenise
from isletbot.finding_reasons import Reason, ReasonKind

AS_WRITTEN: frozenset[ReasonKind] = frozenset(("refused_from_chat_model", "likelihood", "other"))
"""Kinds whose text is shown as it is: nothing that staff check has them, but what an earlier release stored may."""

EXPLANATIONS: Mapping[ReasonKind, str] = {
    "verbatim": "Word for word as the source says it.",
    "words_agree": "Its words and figures stand in the quotes.",
    "figures_agree": "Its figures and limits agree with the quotes. Whether its words do, you judge.",
    "approved": "A second person approved it with these quotes.",
    "sum_agrees": "It shows a sum, {}, of what a quote counts.",
    "no_quote": "It rests on no statement yet. Find one that says so.",
    "nothing_to_check": "It has no word that could be held to a source.",
    "quote_not_found": "A quote does not stand in its source as it is given. Copy it from the statement again.",
    "words_not_in_statement": "The words “{}” do not stand in {}. Copy them from the statement.",
    "unknown_statement": "No approved source has a statement {}. Find another.",
    "without_correction": "Another source corrects this statement. Say the correction in the same answer.",
    "caution": "The sources disagree here. {}",
    "opening_not_approved": "No approved answer begins with *{}* and this sentence.",
    "new_words": "The quotes do not say {}. Use their words, or rest it on another statement.",
    "new_number": "The quotes do not have the figure *{}*.",
    "new_fraction": "The quotes do not say *{}*.",
    "new_group": "The quotes do not speak of *{}*.",
    "new_range": "The quotes do not have the range *{}*.",
    "limit_reversed": "The quotes put the limit of *{}* the other way round: above for below, or below for above.",
    "limit_as_figure": "In the quotes *{}* is a limit (above or below it), no exact figure.",
    "other_count": "The quotes have another number than *{}*.",
    "order_reversed": "The quotes have *{}* before *{}*: they may be mixed up.",
    "without_hedge": "The quote is more careful: it says *{}*. Say so too.",
    "without_qualifier": "The quote says so only of *{}*. Say so too.",
    "view_as_fact": "The quote gives the view of *{}*. Say whose view it is.",
    "opposite_word": "The quote says *{}*, which is the opposite.",
    "denies_more": "The sentence says *not* where the quotes do not.",
    "denies_less": "The quotes say *not* where the sentence does not.",
    "not_denied_in_quote": "The quote does not say *not {}*.",
    "denied_in_quote": "The quote says *not {}*.",
    "nothing_denied_in_quotes": "The sentence says *{}* where the quotes deny nothing.",
    "not_said_of_all": "The quotes do not say *{}*.",
    "sum_differs": "The sum does not follow from what a quote counts.",
}


def explain_reason(reason: Reason, sentence: str) -> str:
    """Returns the reason of a finding as one sentence; one that is shown as it was written comes back so."""
    if reason.kind in AS_WRITTEN:
        return reason.text
    words = (_name_words(reason.words, sentence),) if reason.kind == "new_words" else reason.words
    return EXPLANATIONS[reason.kind].format(*words)


def _name_words(stems: tuple[str, ...], sentence: str) -> str:
    """Names the words as the sentence has them; the finding holds their stems."""
    own = {stem(word): word for word in tokenise(sentence)}
    return ", ".join(dict.fromkeys(f"*{own.get(stem(one), own.get(one, one))}*" for one in stems))
