"""Everybody, nobody, always, never: what holds of all must be said of all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from isletbot.answering.text import normalise, tokenise
from isletbot.finding_reasons import Reason

_ALL = re.compile(r"\b(?:(?<!in )(?<!at )all|every|everyone|everybody|both|always)\b")
"""Matches `all 12 had`, `both died`; not `29 sites in all`, `not at all`."""
_ALL_QUOTED = re.compile(r"\b(?:all|any|each|every|everyone|everybody|both|always)\b")
_NONE = re.compile(r"\b(?:none|nobody|no one|never|neither)\b")
"""Matches `none of the 12`, `nobody died`."""
_DENIED = re.compile(r"\b(?:none|nobody|no|no one|never|neither|not|nothing|without)\b|n't\b")
_COUNT = re.compile(r"\b(?:all|both)\b(?: of)?(?: the| these)?\s*(?P<count>\d+)?")


def find_quantifier_problem(sentence: str, quotes: Sequence[str]) -> Reason | None:
    """None when what the sentence says of all, or of none, the quotes say so too. `All 12` stands for `the 12 people`,
    and `both` for `the two`."""
    said, quoted = normalise(sentence), " ".join(map(normalise, quotes))
    if (none := _NONE.search(said)) and not _DENIED.search(quoted):
        text = f"the quotes deny nothing, the sentence says {none[0]!r}"
        return Reason("nothing_denied_in_quotes", text, (none[0],))
    every = _ALL.search(said)
    if not every or _ALL_QUOTED.search(quoted):
        return None
    count = _COUNT.match(said, every.start())
    number = "2" if every[0] == "both" else count["count"] if count else None
    if number in tokenise(quoted):
        return None
    return Reason("not_said_of_all", f"the quotes do not say {every[0]!r}", (every[0],))
