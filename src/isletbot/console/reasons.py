"""This module says for people why a sentence is, or is not, supported: the findings of verification in whole words."""

from __future__ import annotations

import re
from collections.abc import Callable

from isletbot.answering.text import stem, tokenise

_SaidOf = Callable[[re.Match[str], str], str]


def explain_reason(reason: str, sentence: str) -> str:
    """Returns the reason of a finding as one sentence; a reason that is not known here comes back as it is."""
    for pattern, say in _REASONS:
        if found := pattern.fullmatch(reason):
            return say(found, sentence)
    return reason


def _say(words: str) -> _SaidOf:
    return lambda found, _: words.format(*found.groups())


def _name_new_words(found: re.Match[str], sentence: str) -> str:
    """Names the words as the sentence has them; the finding holds their stems."""
    own = {stem(word): word for word in tokenise(sentence)}
    words = [own.get(stem(one), own.get(one, one)) for one in found[1].split(", ")]
    named = ", ".join(f"*{word}*" for word in dict.fromkeys(words))
    return f"The quotes do not say {named}. Use their words, or rest it on another statement."


_REASONS: tuple[tuple[re.Pattern[str], _SaidOf], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"not in the quotes: (.*)", _name_new_words),
        (r"no quote|no citation", _say("It rests on no statement yet. Find one that says so.")),
        (r"verbatim", _say("Word for word as the source says it.")),
        (r"no word that could be checked", _say("It has no word that could be held to a source.")),
        (r"every figure and word stands in the quotes", _say("Its words and figures stand in the quotes.")),
        (
            r"figures, denials and hedges agree with the quotes",
            _say("Its figures and limits agree with the quotes. Whether its words do, you judge."),
        ),
        (r"approved by a second person with these quotes", _say("A second person approved it with these quotes.")),
        (r"number not in the quotes: (.*)", _say("The quotes do not have the figure *{}*.")),
        (r"fraction not in the quotes: (.*)", _say("The quotes do not say *{}*.")),
        (r"group not in the quotes: (.*)", _say("The quotes do not speak of *{}*.")),
        (r"range not in the quotes: (.*)", _say("The quotes do not have the range *{}*.")),
        (
            r"limit on the other side in the quotes: .* from (.*)",
            _say("The quotes put the limit of *{}* the other way round: above for below, or below for above."),
        ),
        (
            r"only a limit in the quotes: (.*)",
            _say("In the quotes *{}* is a limit (above or below it), no exact figure."),
        ),
        (r"another number of these in the quotes: (.*)", _say("The quotes have another number than *{}*.")),
        (r"the quotes have (.*) before (.*)", _say("The quotes have *{}* before *{}*: they may be mixed up.")),
        (r"the quote only says (.*)", _say("The quote is more careful: it says *{}*. Say so too.")),
        (r"the quote only says so of '(.*)'", _say("The quote says so only of *{}*. Say so too.")),
        (
            r"the quote only gives the view of '(.*)'",
            _say("The quote gives the view of *{}*. Say whose view it is."),
        ),
        (r"the quote says '(.*)'", _say("The quote says *{}*, which is the opposite.")),
        (r"the quotes deny less", _say("The sentence says *not* where the quotes do not.")),
        (r"the quotes deny more", _say("The quotes say *not* where the sentence does not.")),
        (r"the quote does not deny '(.*)'", _say("The quote does not say *not {}*.")),
        (r"the quote denies '(.*)'", _say("The quote says *not {}*.")),
        (r"'(.*)' does not stand in (.*)", _say("The words “{}” do not stand in {}. Copy them from the statement.")),
        (
            r"there is no statement (.*) in an approved source",
            _say("No approved source has a statement {}. Find another."),
        ),
        (
            r"passage '.*' is said without its correction",
            _say("Another source corrects this statement. Say the correction in the same answer."),
        ),
        (r"caution [\w-]+: (.*)", _say("The sources disagree here. {}")),
    )
)
