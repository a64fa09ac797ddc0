"""Is a sentence an extract of its quotes: their words, fewer of them, in their order? What a chat model writes must be.

The claim checker asks whether a sentence is likely to hold; a model that is wrong or hostile writes what is likely to
hold and does not. So nothing is taken here for meaning the same but a handful of plain words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from isletbot.answering.chat_model.phrases import Word, read_words, split_segments, split_sentences
from isletbot.answering.text import tokenise

_SCOPES = frozenset("in before after during among for on with at from by until".split())
"""Words that open a phrase on where and when; it is no subject of what follows."""
_RELATIVE = frozenset("which who whose that".split())
_POINTING = frozenset("it they them he she this that these those its their such he his her".split())


def find_departure(sentence: str, quotes: Sequence[str]) -> str:
    """Where the sentence leaves its quotes; empty when it is an extract of them."""
    if any(sentence.strip() == quote.strip() for quote in quotes):
        return ""
    opening = tokenise(sentence)[:1]
    if opening and opening[0] in _POINTING:
        return f"begins with {opening[0]!r}, which points nowhere"
    sources = [said for quote in quotes for said in split_sentences(quote)]
    problem = _find_departure(sentence, sources, dated=False)
    return problem and _find_departure(sentence, sources, dated=True) and problem


def _find_departure(sentence: str, sources: Sequence[str], dated: bool) -> str:
    if unknown := _unknown(sentence, sources, dated):
        return f"not in the quotes: {', '.join(unknown)}"
    last = -1
    for segment in (piece for said in split_sentences(sentence) for piece in split_segments(said)):
        order = sorted(range(len(sources)), key=lambda number: number != last)
        problems = [
            _depart(read_words(segment, dated), read_words(sources[number], dated), number == last) for number in order
        ]
        if all(problems):
            return problems[0] or problems[-1]
        last = order[problems.index("")]
    return "" if last >= 0 else "says nothing that could be checked"


def _unknown(sentence: str, sources: Sequence[str], dated: bool) -> list[str]:
    known = {word.text for said in sources for word in read_words(said, dated)}
    return [word.text for word in read_words(sentence, dated) if not word.free and word.text not in known]


def _depart(segment: tuple[Word, ...], source: tuple[Word, ...], goes_on: bool) -> str:
    """Why the segment is no extract of this one sentence; a leading phrase may stand at the end, in either."""
    problems = [_compare(mine, theirs, goes_on) for mine in _turns(segment) for theirs in _turns(source)]
    return "" if "" in problems else problems[0]


def _turns(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    yield words
    first = [word for word in words if word.clause == 0]
    if 0 < len(first) < len(words):
        yield (*words[len(first) :], *first)


def _compare(mine: Sequence[Word], theirs: Sequence[Word], goes_on: bool) -> str:
    wanted = [word for word in mine if not word.free]
    problem = "says it in another order"
    for places in _places([word.text for word in wanted], theirs):
        problem = _cut_off(places[0], theirs, goes_on) or _left_out(places, theirs) or _joined(places, wanted, theirs)
        if not problem:
            return ""
    return problem


def _cut_off(place: int, theirs: Sequence[Word], goes_on: bool) -> str:
    """What is said must begin where its source begins, or after a phrase on where and when."""
    opening = theirs[0].clause
    if goes_on or theirs[place].clause == opening:
        return ""
    first = [word for word in theirs if word.clause == opening]
    after = next(word.clause for word in theirs if word.clause != opening)
    if theirs[0].text in _SCOPES and theirs[place].clause == after:
        return ""
    return f"leaves out {next((word.text for word in first if not word.free), first[0].text)!r}"


def _joined(places: Sequence[int], wanted: Sequence[Word], theirs: Sequence[Word]) -> str:
    """Two words of one clause here must not be of an opening phrase and what follows it there."""
    if theirs[0].text not in _SCOPES:
        return ""
    for (before, mine), (place, next_) in pairwise(zip(places, wanted, strict=True)):
        if theirs[before].clause == 0 != theirs[place].clause and mine.clause == next_.clause:
            return f"joins {mine.text!r} to {next_.text!r}"
    return ""


def _places(wanted: Sequence[str], theirs: Sequence[Word]) -> Iterator[list[int]]:
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


def _left_out(places: Sequence[int], theirs: Sequence[Word]) -> str:
    touched = {theirs[place].clause for place in places}
    scoped = next((word.text for word in theirs if word.clause == 0), "") in _SCOPES
    for number, word in enumerate(theirs):
        named = scoped and word.clause == 0 and word.named
        must_stay = named or word.frame or (word.kept and word.clause in touched)
        if must_stay and number not in places:
            return f"leaves out {word.text!r}"
    return _skips(places, theirs)


def _skips(places: Sequence[int], theirs: Sequence[Word]) -> str:
    """What stands before the first word may describe it; a new clause must begin where it begins; elsewhere, and at the
    end of a clause, a whole phrase may go, but no word out of a phrase, unless "the" stands before it."""
    for before, place in pairwise((-1, *places)):
        inside = [word for word in theirs[before + 1 : place] if word.clause == theirs[place].clause]
        first, moved_on = before < 0, before >= 0 and theirs[before].clause != theirs[place].clause
        if moved_on and (problem := _of_something_else(before, place, theirs) or _cut_short(before, theirs)):
            return problem
        telling = [word for word in inside if not word.free]
        if not telling:
            continue
        describes = first and not any(word.free for word in inside[inside.index(telling[0]) :])
        if not describes and (first or moved_on or not _is_phrase(inside)):
            return f"leaves out {telling[0].text!r}"
    return _cut_short(places[-1], theirs)


def _of_something_else(before: int, place: int, theirs: Sequence[Word]) -> str:
    """A clause that begins with "which" says something of the word before it, and of no other."""
    clause = theirs[place].clause
    opening = next(number for number, word in enumerate(theirs) if number > before and word.clause == clause)
    if theirs[opening].text in _RELATIVE and any(not word.free for word in theirs[before + 1 : opening]):
        return f"says {theirs[place].text!r} of something else"
    return ""


def _cut_short(last: int, theirs: Sequence[Word]) -> str:
    """Nothing but a whole phrase may be missing at the end of a clause."""
    rest = [word for word in theirs[last + 1 :] if word.clause == theirs[last].clause]
    telling = [word for word in rest if not word.free]
    return f"leaves out {telling[0].text!r}" if telling and not rest[0].opens else ""


def _is_phrase(skipped: Sequence[Word]) -> bool:
    """A phrase that may go as a whole; or what describes a word that "the" stands before."""
    free = [word.text for word in skipped if word.free]
    if skipped[0].opens:
        return skipped[-1].free or free[-1:] == ["the"]
    return free == ["the"] == [skipped[0].text]
