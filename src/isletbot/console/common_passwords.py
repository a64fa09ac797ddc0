"""This module recognises passwords that attackers try first. It has no list of leaked passwords, which is large and
belongs to others: it matches the patterns that such lists are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = frozenset(
    """
    password passwort passord passwords passcode passphrase pass pwd secret geheim motdepasse contrasena senha
    parola haslo welcome willkommen bienvenue hello hallo letmein letmeinnow openup opensesame changeme changeit
    changepassword temporary temp temppass initial default standard test testing tester demo sample example
    guest user username login logon signin access admin administrator administrador root toor superuser sysadmin
    system server master mastermind manager staff nurse doctor doctors clinic hospital patient patients health
    healthcare medical medicine pharmacy surgery transplant islet islets isletbot
    bot chatbot computer internet windows microsoft google
    facebook instagram android iphone samsung apple linux ubuntu oracle cisco database network wireless company
    office work business monday tuesday wednesday thursday friday saturday sunday january february march april
    may june july august september october november december spring summer autumn winter fall christmas easter
    halloween newyear birthday holiday vacation weekend sunshine sunflower rainbow flower flowers butterfly
    princess prince queen king angel angels heaven jesus christ god bless blessed love lovely lover loveme
    iloveyou iloveu ilove loveyou mylove forever family mother father mommy daddy mama papa sister brother baby
    babygirl babyboy friend friends bestfriend sweetheart sweetie honey darling beautiful handsome cutie
    football soccer baseball basketball hockey tennis golf rugby cricket liverpool arsenal chelsea barcelona
    realmadrid manchester yankees lakers cowboys steelers eagles champion winner player gamer gaming minecraft
    pokemon fortnite starwars superman batman spiderman ironman matrix trustno trustnoone startrek gandalf
    hobbit merlin dragon tiger monkey shadow panther eagle falcon wolf lion bear puppy kitten dog cat horse
    dolphin turtle rabbit pepper ginger cookie chocolate cheese coffee banana orange cherry peaches strawberry
    pumpkin chicken pizza whisky vodka beer wine michael jennifer jessica michelle daniel thomas robert william
    james charlie george andrew joshua matthew anthony ashley amanda nicole hannah samantha maria anna laura
    sarah sophie emma olivia oliver jordan taylor hunter harley mustang ferrari porsche mercedes corvette yamaha
    harleydavidson maverick killer hacker ninja samurai thunder lightning phoenix blaster freedom liberty
    america canada london paris berlin newyork chicago texas california england scotland whatever nothing
    anything something someone nobody fuckyou blink metallica nirvana qwerty
    qwertz azerty asdf zxcv money cash rich dollar bitcoin lucky luckyone happy smile peace music guitar piano
    """.split()
)
_ROWS = tuple(
    r"""
    `1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./ qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn
    1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0
    abcdefghijklmnopqrstuvwxyz 01234567890123456789 147258369 159357 789456123 741852963
    """.split()
)
"""The rows of keyboards and of the number pad, and the diagonals across them."""
_STANDS_FOR = str.maketrans("013457@$!|+8", "oleastasiltb")
_AFFIX = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\D?(?:0?[1-9]|1[0-2])\D?(?:19|20)?\d\d|(?:19|20)\d\d\D?\d\d?\D?\d\d?")
_SHORTEST_WALK = 3
_LONGEST_PIECE = 8
_LONGEST_WORDS = 24
"""The most letters that a password of common words may have; nobody tries more words in a row."""
_LEFT = 3
"""The letters that may remain beside known words: attackers try `mypassword` and `passwordxy` too."""


def find_pattern(password: str, names: Sequence[str] = ()) -> str:
    """Says what makes the password easy to guess; empty when nothing does."""
    text = re.sub(r"\s", "", password).casefold()
    if len(set(text)) <= 3:
        return "made of three characters or fewer"
    if _is_repeated(text):
        return "the same piece again and again"
    if text.isdigit():
        return "made of digits alone"
    if _DATE.fullmatch(text):
        return "a date"
    if _measure_runs(text) == len(text):
        return "a run of keys or letters that follow one another"
    own = {part for name in names for part in re.split(r"[\W_]+", name.casefold()) if len(part) > 2}
    for form in (text, text.translate(_STANDS_FOR)):
        if _is_words(form, own):
            return "made of the name of this place or account and little else"
        if _is_words(form, _WORDS | own):
            return "made of words that everybody thinks of"
    return ""


def _is_repeated(text: str) -> bool:
    sizes = range(1, min(len(text) // 2, _LONGEST_PIECE) + 1)
    return any(text == (text[:size] * len(text))[: len(text)] for size in sizes)


def _measure_runs(text: str) -> int:
    """Counts the leading characters that are runs along a row of keys, the alphabet or the digits, in either
    direction."""
    place = 0
    while place < len(text):
        longest = max(_measure_run(text, place, row) for row in (*_ROWS, *(row[::-1] for row in _ROWS)))
        rest = text[place:]
        if longest < _SHORTEST_WALK and len(set(rest)) > 1:
            return place
        place = len(text) if len(set(rest)) == 1 else place + longest
    return place


def _measure_run(text: str, place: int, row: str) -> int:
    size = 0
    while place + size < len(text) and text[place : place + size + 1] in row:
        size += 1
    return size


def _is_words(text: str, words: frozenset[str] | set[str]) -> bool:
    """Tells whether the password is known words with digits and signs at both ends, but for up to three letters."""
    bare = _AFFIX.sub("", text)
    if not bare:
        return False
    letters = re.sub(r"[\W\d_]", "", bare)
    known = [word for word in sorted(words, key=len, reverse=True) if len(word) > 2]
    left = letters
    for word in known:
        left = left.replace(word, "\0")
    named = "\0" in left
    return named and len(left.replace("\0", "")) <= _LEFT and len(letters) <= _LONGEST_WORDS
