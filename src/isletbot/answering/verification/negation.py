"""What a text affirms and what it denies, and whether two texts agree in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from isletbot.answering.text import is_negation, normalise, stem, tokenise
from isletbot.answering.verification.plain_vocabulary import GENERIC
from isletbot.finding_reasons import Reason

_TWICE = 2
"""Denials that make an affirmation: `not independent of help`."""
_CLAUSE = re.compile(r"[,;:.()]\s|\b(?:and|but|while|whereas|although|though|because|so that)\b")
_UNIT_WORDS = frozenset("day days week weeks month months year years percent cent percentage".split())
"""Checked with their figures, so not again as words."""
_NO_LONGER = re.compile(r"\bno longer\b|\bnot any ?more\b|\bstopped\b|\bfree (?:of|from)\b|\bwithout\b")
_NEITHER = re.compile(r"\b(no [\w-]+(?: [\w-]+)?(?:,| and| or)) no\b")
"""`No lows and no fear` denies once, like `no lows or fear`."""
_AS_GOOD_AS_NOT = re.compile(
    r"\b(?:avoid|free (?:of|from)|los[est]|lack|unrelated|independ|\w+-free|outside|rather than|unlike)"
)
"""Words that deny without a `not`, so that a sentence may say the same with one."""


@dataclass(frozen=True, slots=True)
class Polarity:
    affirmed: frozenset[str]
    denied: frozenset[str]
    """Content words in the reach of a negation: up to the end of its clause."""

    @property
    def words(self) -> frozenset[str]:
        return self.affirmed | self.denied


def find_denial_problem(sentence: str, quotes: Sequence[str], medicines: tuple[str, ...] = ()) -> Reason | None:
    """A word the sentence denies must be denied in the quotes, and one it affirms must be affirmed there. Where denials
    are as many on both sides, they only reach over other words. Who is off one of `medicines` does not take it."""
    said = "; ".join(quotes)
    mine, theirs = _read_polarity(sentence), _read_polarity(said)
    denials, others = _count_denials(sentence, said, medicines), _count_denials(said, sentence, medicines)
    only_affirmed, only_denied = theirs.affirmed - theirs.denied, theirs.denied - theirs.affirmed
    wrongly_denied = sorted((mine.denied - mine.affirmed) & only_affirmed)
    for word in sorted(mine.words - mine.denied - theirs.words):
        opposite = word.removeprefix("un") if word.startswith("un") else f"un{word}"
        if opposite in theirs.words:
            return Reason("opposite_word", f"the quote says {opposite!r}", (opposite,))
    if denials[0] > sum(others):
        return Reason("denies_more", "the quotes deny less")
    if not sum(denials) and sum(_count_denials(find_retold(said, sentence), sentence, medicines)) % _TWICE:
        return Reason("denies_less", "the quotes deny more")
    for word in filter(_AS_GOOD_AS_NOT.match, wrongly_denied):
        return Reason("not_denied_in_quote", f"the quote does not deny {word!r}", (word,))
    even = (sum(denials) - sum(others)) % _TWICE == 0
    if even and others[0] and (sum(denials) or sum(others) == _TWICE):
        return None
    for word in sorted((mine.affirmed - mine.denied) & only_denied):
        return Reason("denied_in_quote", f"the quote denies {word!r}", (word,))
    if wrongly_denied and not others[1]:
        return Reason("not_denied_in_quote", f"the quote does not deny {wrongly_denied[0]!r}", (wrongly_denied[0],))
    return None


def content_words(text: str) -> frozenset[str]:
    """Stems of the words that say something; no figures, no units."""
    return frozenset(stem(token) for token in tokenise(text) if _is_content(token))


def _is_content(token: str) -> bool:
    return token not in GENERIC and token not in _UNIT_WORDS and not token[0].isdigit()


def find_retold(said: str, sentence: str) -> str:
    """The clauses of what is said that the sentence retells more than half of."""
    mine = content_words(sentence)
    clauses = [(clause, content_words(clause)) for clause in _CLAUSE.split(said)]
    return "; ".join(clause for clause, words in clauses if len(words) > 1 and 2 * len(words & mine) > len(words))


def _count_denials(text: str, other: str, medicines: tuple[str, ...]) -> tuple[int, int]:
    """Plain denials, and words that are as good as one where the other text does not have them too."""
    plain = _NEITHER.sub(r"\1 ", normalise(text))
    off = _compile_off(medicines)
    mine, theirs = (
        {*_AS_GOOD_AS_NOT.findall(one), *(off.findall(one) if off else ())} for one in (plain, normalise(other))
    )
    return sum(is_negation(token) for token in tokenise(plain)), len(mine - theirs)


@lru_cache(8)
def _compile_off(medicines: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile(rf"\boff (?:{'|'.join(map(re.escape, medicines))})") if medicines else None


def _read_polarity(text: str) -> Polarity:
    affirmed: set[str] = set()
    denied: set[str] = set()
    for clause in _CLAUSE.split(_NO_LONGER.sub(" not ", normalise(text))):
        reached = False
        for token in tokenise(clause):
            reached = reached or is_negation(token)
            if _is_content(token):
                (denied if reached else affirmed).add(stem(token))
    return Polarity(frozenset(affirmed), frozenset(denied))
