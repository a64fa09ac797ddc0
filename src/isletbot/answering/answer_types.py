"""What kind of thing a question word asks for, and whether a text holds one that the question did not bring itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from isletbot.answering.text import NUMBER_WORDS, normalise

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" if month[3:] else month for month in _MONTHS) + r")\b"
_FIGURE = r"(?:\d[\d.,]*|" + "|".join(NUMBER_WORDS) + "|hundreds?|thousands?|millions?|billions?|dozens?|half|third)"
_UNKNOWN = r"\bnot know|\bno one (?:yet )?knows|\bnot say"
"""That nobody knows is an answer to when and to how many."""
_DATE = rf"\b1\d\d\ds?\b|\b20\d\ds?\b|\bday \d+|\b{_MONTH}\.? \d+|\b\d+ {_MONTH}|\bcentur(?:y|ies)\b|\b\d+ (?:bc|ad)\b"
_SPAN = (
    rf"\b{_FIGURE}[ -](?:minute|hour|day|week|month|year|decade)s?\b|\blifelong\b|\bfor life\b|\bsingle\b|\bhow long\b"
)
_COUNT = rf"\d|\b{_FIGURE}|\b(?:none|no|both|all|every)\b"
_AVERAGE = r"(?:average|mean|median)"
_NAME = (
    r"(?<=[^.!?\s] )(?-i:[A-Z])[\w'-]+"
    r"|^(?!(?:the|this|that|these|those|they|there|he|she|we|you|it|in|on|at|for|of|an?|no|not|all|some|most|as|if|when)\b)"
    r"(?-i:[A-Z])[\w'-]+"
)
"""A capital; one that begins the text may be any word but the commonest."""
_PEOPLE = (
    r"\b(?:people|persons?|patients?|participants?|adults?|child(?:ren)?|doctors?|teams?|wom[ae]n|m[ae]n|anyone)\b"
)


@dataclass(frozen=True, slots=True)
class AnswerType:
    name: str
    asked: re.Pattern[str]
    """In a question, as `normalise` leaves it."""
    held: re.Pattern[str]
    """In a statement, as it stands."""


ANSWER_TYPES = tuple(
    AnswerType(name, re.compile(asked), re.compile(held, re.IGNORECASE))
    for name, asked, held in (
        (
            "a date",
            r"^\W*(?:and |so |but )?(?:since )?when (?:did|was|were|will|is|are|has|had|exactly)\b|\bwhen\W*$"
            r"|\bwhen (?:does|do) [^?]*\b(?:start|begin|end|finish|close|complete)"
            r"|\b(?:what|which) (?:date|year|month|day|century|decade)\b",
            f"{_DATE}|{_SPAN}|{_UNKNOWN}",
        ),
        ("a time", r"\bhow (?:soon|quickly|fast|early|late|long|often)\b", f"{_DATE}|{_SPAN}|{_UNKNOWN}"),
        (
            "a number",
            r"\bhow (?:many|much|big|large|old|far|tall|high)\b"
            r"|\b(?:what|which) (?:percent|percentage|share|proportion|number|fraction)\b",
            f"{_COUNT}|{_UNKNOWN}",
        ),
        (
            "an average",
            r"\bwhat(?:'s| is| was| were)? (?:the |their )?(?:average|mean|median)\b|\bon average\b",
            rf"\b{_AVERAGE}\b[^.;]*\d|\d[^.;]*\b{_AVERAGE}\b",
        ),
        (
            "a person or body",
            r"^\W*(?:and |so |but )?who(?:m|se)?\b|\b(?:by|to|for|with|from) whom?\b|\bwho\W*$",
            f"{_NAME}|{_PEOPLE}",
        ),
        (
            "a place",
            r"^\W*(?:and |so |but )?where (?:is|are|was|were|did|does|do|has|can)\b|\bwhere\W*$"
            r"|\b(?:what|which) (?:city|cities|country|countries|town|state|place|region|continent)\b",
            rf"{_NAME}|\bonline\b|\b(?:in|into|at|from|to|through) (?:the|a|an|its|their) \w+",
        ),
    )
)


def find_types(question: str) -> tuple[AnswerType, ...]:
    plain = normalise(question)
    return tuple(kind for kind in ANSWER_TYPES if kind.asked.search(plain))


def holds_all(kinds: Iterable[AnswerType], text: str, question: str) -> bool:
    """Whether a text has something of each kind that the question does not have too."""
    given = question.lower()
    return all(any(found.group().lower() not in given for found in kind.held.finditer(text)) for kind in kinds)
