"""Is a sentence an extract of its quotes: their words, fewer of them, in their order? What a chat model writes must be.

The claim checker asks whether a sentence is likely to hold; a model that is wrong or hostile writes what is likely to
hold and does not. So nothing is taken here for meaning the same but a handful of plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from isletbot.answering.words import is_negation, normalise, stem, tokenise

_FREE = frozenset(
    "a an the is are was were be been being am has have had having do does did this that these those it its they them "
    "their there here which who whom whose in on at of for from to by with as and also then so themselves itself".split()
)
"""Words a sentence may bring in or leave out."""
_KEPT = frozenset(
    "or nor if unless only just even about around nearly almost approximately roughly average mean median total "
    "more less fewer greater higher lower least most than below above over under up down within beyond exceed "
    "all every each both none any some many few several half full part single whole other another "
    "before after until since during once first second third last early late "
    "may might can could would should will must likely possible possibly probably perhaps potential potentially "
    "suggest support hypothesis hope hoped plan planned expect expected aim aimed intend believe appear seem "
    "say said report reported state stated judge judged consider considered describe described conclude concluded "
    "list listed claim claimed estimate estimated announce announced according record recorded give gave "
    "free without except mild moderate severe serious adverse interim prespecified main secondary primary "
    "january february march april may june july august september october november december".split()
)
"""Words that may not be left out of a clause of which anything is said."""
_FRAMES = frozenset(
    "if unless may might could would likely possible possibly probably perhaps potential potentially suggest support "
    "hypothesis hope plan expect aim intend believe appear seem say said report state judge consider describe conclude "
    "claim estimate announce according".split()
)
"""Words that may not be left out of a sentence of which anything is said: who says it, and how surely."""
_SCOPES = frozenset("in before after during among for on with at from by until".split())
"""Words that open a phrase on where and when; it is no subject of what follows."""
_EQUAL = (
    "people persons person participants participant patients patient individuals individual recipients recipient",
    "trial trials study studies",
    "got get gets getting received receive receives receiving given",
    "died die dies death deaths",
    "said say says saying report reports reported state states stated",
    "hypoglycaemia hypoglycemia",
    "hypoglycaemic hypoglycemic",
)
_SAME = {stem(word): f"={words.split()[0]}" for words in _EQUAL for word in words.split()}
_KEPT_STEMS = frozenset(stem(word) for word in _KEPT)
_FRAME_STEMS = frozenset(stem(word) for word in _FRAMES)
_RELATIVE = frozenset("which who whose that".split())
_OPENS = re.compile(r"(?:ed|ing)$|^(?:given|made|grown|taken|shown|known)$")
"""How a word ends, or which it is, that opens a phrase after a noun: people given the full dose."""
_POINTING = frozenset("it they them he she this that these those its their such he his her".split())

_SENTENCE = re.compile(r"(?<=[a-z\d)%\"”][.!?])\s+(?=[\"“(]?[A-Z\d])")
_SEGMENT = re.compile(r";\s+|,\s+(?=(?:and|but|while|whereas)\s)")
_CLAUSE = re.compile(r"[,;:()]+(?=\s|$)|\s\(|\s+(?=(?:and|but|while|whereas)\s)")
_OF_THE = re.compile(r"^of ((?:the|these|those|all) [\w-]+[^,]*), (\d+|[a-z]+)\b", re.IGNORECASE)
_PART = re.compile(r"\bparts? (?=[abc]\b)")
_GROUP = re.compile(r"(?<=\bpart )([abc])\b(?:(,| and) ([abc])\b)?")
_WRITTEN_OUT = (
    (re.compile(r"^according to ([^,]+), "), r"\1 said that "),
    (re.compile(r"^((?:on \d+|in) [a-z]+ \d{4}),? "), r"\1, "),
    (re.compile(r"(?<=\d)\s*(?:per ?cent)\b"), "%"),
    (re.compile(r"\bunited kingdom\b"), "uk"),
    (re.compile(r"\bunited states\b"), "us"),
    (re.compile(r"\bimmuno-?suppress(?:ive|ing|ant)\b"), "immune suppressing"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\b(by|to) (?=(?:about |over |more than )?\d)"), r"\1# "),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    clause: int
    free: bool
    kept: bool
    opens: bool
    """May be the first of a phrase that is left out."""


def find_departure(sentence: str, quotes: Sequence[str]) -> str:
    """Where the sentence leaves its quotes; empty when it is an extract of them."""
    if any(sentence.strip() == quote.strip() for quote in quotes):
        return ""
    opening = tokenise(sentence)[:1]
    if opening and opening[0] in _POINTING:
        return f"begins with {opening[0]!r}, which points nowhere"
    sources = [said for quote in quotes for said in _sentences(quote)]
    if unknown := _unknown(sentence, sources):
        return f"not in the quotes: {', '.join(unknown)}"
    last = -1
    for segment in _segments(sentence):
        order = sorted(range(len(sources)), key=lambda number: number != last)
        problems = [_depart(segment, sources[number], goes_on=number == last) for number in order]
        if all(problems):
            return problems[0] or problems[-1]
        last = order[problems.index("")]
    return "" if last >= 0 else "says nothing that could be checked"


def _unknown(sentence: str, sources: Sequence[str]) -> list[str]:
    known = {word.text for said in sources for word in _words(said)}
    return [word.text for word in _words(sentence) if not word.free and word.text not in known]


def _segments(sentence: str) -> Iterator[str]:
    for said in _sentences(sentence):
        yield from (piece for piece in _SEGMENT.split(said) if any(not word.free for word in _words(piece)))


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.split(" ".join(text.split())) if piece]


def _depart(segment: str, source: str, goes_on: bool) -> str:
    """Why the segment is no extract of this one sentence; a leading phrase may stand at the end, in either."""
    problems = [
        _compare(mine, theirs, goes_on) for mine in _turns(_words(segment)) for theirs in _turns(_words(source))
    ]
    return "" if "" in problems else problems[0]


def _turns(words: tuple[_Word, ...]) -> Iterator[tuple[_Word, ...]]:
    yield words
    first = [word for word in words if word.clause == 0]
    if 0 < len(first) < len(words):
        yield (*words[len(first) :], *first)


def _compare(mine: Sequence[_Word], theirs: Sequence[_Word], goes_on: bool) -> str:
    wanted = [word for word in mine if not word.free]
    problem = "says it in another order"
    for places in _places([word.text for word in wanted], theirs):
        problem = _cut_off(places[0], theirs, goes_on) or _left_out(places, theirs) or _joined(places, wanted, theirs)
        if not problem:
            return ""
    return problem


def _cut_off(place: int, theirs: Sequence[_Word], goes_on: bool) -> str:
    """What is said must begin where its source begins, or after a phrase on where and when."""
    opening = theirs[0].clause
    if goes_on or theirs[place].clause == opening:
        return ""
    first = [word for word in theirs if word.clause == opening]
    after = next(word.clause for word in theirs if word.clause != opening)
    if theirs[0].text in _SCOPES and theirs[place].clause == after:
        return ""
    return f"leaves out {next((word.text for word in first if not word.free), first[0].text)!r}"


def _names_group(word: _Word) -> bool:
    """A group or a day."""
    return word.kept and (word.text.startswith("part") or any(c.isdigit() for c in word.text))


def _joined(places: Sequence[int], wanted: Sequence[_Word], theirs: Sequence[_Word]) -> str:
    """Two words of one clause here must not be of an opening phrase and what follows it there."""
    if theirs[0].text not in _SCOPES:
        return ""
    for (before, mine), (place, next_) in pairwise(zip(places, wanted, strict=True)):
        if theirs[before].clause == 0 != theirs[place].clause and mine.clause == next_.clause:
            return f"joins {mine.text!r} to {next_.text!r}"
    return ""


def _places(wanted: Sequence[str], theirs: Sequence[_Word]) -> Iterator[list[int]]:
    """The wanted words in their order among the others: each as early as it can be, and each as late."""
    said = [word.text for word in theirs]
    early, late = _match(wanted, said), _match(wanted[::-1], said[::-1])
    if early is not None and late is not None:
        yield early
        yield [len(said) - 1 - place for place in reversed(late)]


def _match(wanted: Sequence[str], said: Sequence[str]) -> list[int] | None:
    places: list[int] = []
    for word in wanted:
        start = places[-1] + 1 if places else 0
        if word not in said[start:]:
            return None
        places.append(said.index(word, start))
    return places


def _left_out(places: Sequence[int], theirs: Sequence[_Word]) -> str:
    touched = {theirs[place].clause for place in places}
    scoped = next((word.text for word in theirs if word.clause == 0), "") in _SCOPES
    for number, word in enumerate(theirs):
        named = scoped and word.clause == 0 and _names_group(word)
        must_stay = named or word.text in _FRAME_STEMS or (word.kept and word.clause in touched)
        if must_stay and number not in places:
            return f"leaves out {word.text!r}"
    return _skips(places, theirs)


def _skips(places: Sequence[int], theirs: Sequence[_Word]) -> str:
    """Words before the first may be what describes it; a new clause must begin where it begins; elsewhere a whole
    phrase may go, but no word out of a phrase, unless "the" stands before it."""
    for before, place in pairwise((-1, *places)):
        skipped = theirs[before + 1 : place]
        first, moved_on = before < 0, before >= 0 and theirs[before].clause != theirs[place].clause
        inside = [word for word in skipped if word.clause == theirs[place].clause]
        telling = [word for word in inside if not word.free]
        relative = moved_on and next(word for word in theirs[before + 1 :] if word.clause == theirs[place].clause)
        if relative and relative.text in _RELATIVE and any(not w.free for w in skipped if w.clause != relative.clause):
            return f"says {theirs[place].text!r} of something else"
        if not telling:
            continue
        if moved_on or (first and any(word.free for word in inside[inside.index(telling[0]) :])):
            return f"leaves out {telling[0].text!r}"
        if not first and not (inside[0].opens and _ends_whole(inside)):
            return f"leaves out {telling[0].text!r}"
    return ""


def _ends_whole(skipped: Sequence[_Word]) -> bool:
    free = [word.text for word in skipped if word.free]
    return skipped[-1].free or free[-1:] == ["the"]


@lru_cache(2048)
def _words(text: str) -> tuple[_Word, ...]:
    plain = _OF_THE.sub(r"\2 of \1,", normalise(text))
    for pattern, written in _WRITTEN_OUT:
        plain = pattern.sub(written, plain)
    plain = _GROUP.sub(lambda found: " ".join(f"part{group}" for group in (found[1], found[3]) if group), plain)
    plain = re.sub(r"\bparts? (?=part[abc])", "", plain)
    words = []
    for number, clause in enumerate(_CLAUSE.split(plain)):
        for token in _tokens(clause):
            text = "not" if is_negation(token) and token not in ("no", "none", "nor") else stem(token)
            text = _SAME.get(text, text)
            kept = token in _KEPT or text in _KEPT_STEMS or is_negation(token) or any(c.isdigit() for c in token)
            free = token in _FREE
            words.append(_Word(text, number, free, kept or text.startswith("part"), free or bool(_OPENS.search(token))))
    return tuple(words)


def _tokens(clause: str) -> Iterator[str]:
    for piece in clause.split():
        if piece.endswith("#"):
            yield piece
        else:
            yield from tokenise(piece)
