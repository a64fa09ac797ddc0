"""A question that compares two things, as one question about each. Pure."""

from __future__ import annotations

import re

from isletbot.answering.glossary import SAME, Lexicon

_LONGEST = 5
"""Words of a side; a longer one is a question of its own."""
_END = r"[\s?.!]*$"
_VERSUS = re.compile(rf"^(?P<one>.+?),?\s+(?:vs\.?|versus|as opposed to)\s+(?:the\s+)?(?P<other>.+?){_END}", re.I)
_NAMED = re.compile(
    r"\b(?:differen(?:ce|ces|t)\s+(?:is\s+there\s+)?between|compar(?:e|ison\s+(?:of|between))|contrast)\s+"
    rf"(?P<one>.+?)\s+(?:and|with|to|from|versus|vs\.?)\s+(?P<other>.+?){_END}",
    re.I,
)
_DIFFERS = re.compile(
    r"\bhow\s+(?:is|are|do|does|did)\s+(?P<one>.+?)\s+(?:differ(?:ent)?|compare)\s+(?:from|to|with)\s+"
    rf"(?P<other>.+?){_END}",
    re.I,
)


def split_comparison(text: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """The two sides, each with what is asked of both. None when nothing is compared, or when a side is not a thing that
    the glossary knows the corpus to speak of: the other side alone would pass for the comparison."""
    match = _NAMED.search(text) or _DIFFERS.search(text) or _VERSUS.search(text)
    if match is None:
        return None
    asked, one = _cut_asked(match["one"], lexicon) if match.re is _VERSUS else ("", match["one"])
    other = match["other"]
    mine, theirs = _find_things(one, lexicon), _find_things(other, lexicon)
    if not mine - theirs or not theirs - mine:
        return None
    return f"{asked}{one}", f"{asked}{other}"


def _cut_asked(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """What is asked, and the side that ends the text."""
    subject = next(iter(reversed(lexicon.subjects(text))), "")
    return (text[: -len(subject)], text[-len(subject) :]) if subject and text.lower().endswith(subject) else ("", text)


def _find_things(side: str, lexicon: Lexicon) -> frozenset[str]:
    """What the corpus calls the things on one side; empty when it has more in it, or something else."""
    concepts = lexicon.concepts(side)
    if len(side.split()) > _LONGEST or concepts.elsewhere or lexicon.unknown(concepts.terms):
        return frozenset()
    return concepts.terms if any(term.startswith(SAME) for term in concepts.terms) else frozenset()
