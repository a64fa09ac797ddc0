"""This module finds people's names by their context: "my name is …", "I'm Dr …", "this is … speaking", a signature."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_WORD = (
    r"(?:[OD]['’]|Mac|Mc)[A-Z][a-z]{1,20}"  # O'Neill, MacLeod
    r"|[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{1,20}(?:['’-][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]{1,20})?|[A-Z]\."  # Anna, Jean-Luc, an initial
)
_NAME = rf"(?:{_WORD})(?:\s(?:{_WORD}|van|von|de|der|da|di|du|del|la|le|al|el|bin|ibn|dos|ter)){{0,4}}"
_RELATION = (
    "husband|wife|partner|boyfriend|girlfriend|fianc[eé]e?|son|daughter|child|kid|baby|mother|father|mom|mum|dad|"
    "brother|sister|uncle|aunt|cousin|nephew|niece|grandmother|grandfather|grandma|grandpa|grandson|granddaughter|"
    "friend|neighbou?r|patient|doctor|nurse|surgeon|[a-z]+ologist"
)
_PLAINLY = re.compile(
    r"\b(?:name(?:['’]s|\s+is|\s+was|\s?[:=])|(?:I|he|she|patient)\s+(?:am|is|was)\s+(?:called|named))\s*"
    r"(?P<x>[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3})",
    re.IGNORECASE,
)
"""Phrases so plain that the name after them needs no capital."""
_CUES = tuple(
    re.compile(pattern.replace("NAME", f"(?P<x>{_NAME})"))
    for pattern in (
        r"\b(?:[Dd]r|[Mm]r|[Mm]rs|[Mm]s|[Mm]iss|[Pp]rof|Doctor|Professor|Nurse)\b\.?\sNAME",
        r"\b(?:[Ii]['’]?m|[Ii]\s+am|[Ii]t['’]s\s+me,?|[Cc]all\s+me)\sNAME",
        r"\bI,\sNAME(?=,)",
        rf"\b(?:[Mm]y|[Oo]ur)\s(?:[a-z-]+\s)?(?:{_RELATION}),?\s\(?(?:(?:is\s)?(?:called|named)\s)?NAME",
        r"\b[Tt]his\s(?:is|was)\sNAME(?=\s?(?:$|[,.;!\n]|\b(?:here|speaking|calling|writing|again|from|and)\b))",
        r"(?:^|[.!?\n][ \t]?)(?:[Hh](?:i|ello|ey)[,!.]?\s)?NAME\s(?:here|speaking)\b",
        r"(?:\b(?:[Rr]egards|[Ss]incerely|[Tt]hanks|[Tt]hank\syou|[Bb]est(?:\swishes)?|[Cc]heers|[Yy]ours(?:\struly)?)"
        r"[,!.]?[\s—–-]{1,4}|\s[—–-]{1,2}\s?|\n[ \t]?)NAME\s?[.!]?\s?$",
    )
)
_ENDS_A_NAME = frozenset(
    "and or but i im i'm i've from with who what when where why how is am are was were has have had can could do does "
    "did my the a an not in on at for to of so as if please will would should he she they it we you that this here "
    "born live aged age old mrn dob phone email call diagnosed type since because been just also need want asking "
    "question".split()
)
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_NO_NAME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday american canadian australian african european asian "
    "indian british english french german spanish italian dutch irish scottish chinese japanese jewish muslim "
    "christian catholic hindu buddhist swiss danish swedish polish turkish portuguese greek czech finnish type "
    "diabetic pregnant urgent emergency help hello hi dear thanks ok okay dying bleeding suicidal unconscious "
    "allergic".split()
)


_BORNE = frozenset(
    "al el la le de van von der di du del bin ibn brown white black green gray grey young long short hill day "
    "head cook field fields stone wood woods rivers price power berry bell fox moon baker carter fisher hunter "
    "mason miller parker porter potter smith taylor turner walker weaver banks bishop king knight lake lamb land "
    "lane law love marsh mills noble page park pool rich rose sharp small snow spring strong summers swan sweet "
    "wall walls ward waters wells west winter winters wise wolf best bird bond booth bridges brooks bush camp "
    "church cross dean flowers ford forest gates gold good grant hall hand hardy hart hay holiday hood house hope "
    "joy grace mark will lily daisy ivy olive ruby violet pearl amber dawn eve summer autumn frank jack bill bob "
    "rob pat sue art ray gene guy chase dale glen cliff heath robin penny christian earl duke sandy clay reed rod "
    "victor miles max drew wade chuck nick april may june august march".split()
)
"""Ordinary words that people have in their name."""


@dataclass(frozen=True, slots=True)
class NameVocabulary:
    """Words that look like a name and are none."""

    words: frozenset[str] = frozenset()
    """Ordinary words in small letters."""
    public: frozenset[str] = frozenset()
    """Words that the sources capitalise, such as names of drugs, companies and authors."""
    hosts: frozenset[str] = frozenset()
    """Of the pages that the sources lie on, without `www.` or `news.`."""


def learn_vocabulary(
    statements: Iterable[str], others: Iterable[str] = (), addresses: Iterable[str] = ()
) -> NameVocabulary:
    """Collects the words of the sources and of other texts on the same subject, and the hosts of their addresses."""
    said = " ".join(statements)
    small = re.findall(r"(?<![\w'])[a-z][a-z'-]+", " ".join((said, *others)))
    hosts = frozenset(
        re.sub(r"^(?:www|news)\.", "", host) for address in addresses if (host := urlsplit(address).hostname)
    )
    return NameVocabulary(frozenset(small), frozenset(re.findall(r"\b[A-Z][A-Za-z-]+", said)), hosts)


def hide_names(text: str, vocabulary: NameVocabulary) -> str:
    text = _PLAINLY.sub(lambda found: _replace_name(found, _measure_stated_name(found["x"], vocabulary)), text)
    if _is_in_capitals(text):
        return text
    for cue in _CUES:
        text = cue.sub(lambda found: _replace_name(found, _measure_capitalised_name(found["x"], vocabulary)), text)
    return text


def _replace_name(found: re.Match[str], length: int) -> str:
    """Replaces the first `length` characters of the name with a mark."""
    begin = found.start("x") - found.start()
    return f"{found[0][:begin]}[name]{found[0][begin + length :]}" if length else found[0]


def _measure_stated_name(words: str, vocabulary: NameVocabulary) -> int:
    """Measures how much of the text after "my name is" is the name: always its first word, then up to a word that
    continues the sentence, so that nothing that matters vanishes with a name."""
    end = 0
    for word in re.finditer(r"\S+", words):
        bare = word[0].strip(".").lower()
        if bare in _ENDS_A_NAME or (
            end and ((bare in vocabulary.words and not _is_borne(word[0])) or words[end] == ".")
        ):
            break
        end = word.start() + len(word[0].rstrip("."))
    return end


def _is_borne(word: str) -> bool:
    """Tells whether a word with a capital is a name beside another; in a text all in capitals none is."""
    return word.istitle() and word.lower() in _BORNE


def _measure_capitalised_name(words: str, vocabulary: NameVocabulary) -> int:
    """Measures how much of the capitalised words is a name; 0 for an ordinary word or a public name. Beside another
    name an ordinary word counts where people bear it: "Emily Brown", "Rose Field"; no symptom vanishes with a name."""
    run: list[re.Match[str]] = []
    surely = 0
    for word in re.finditer(r"\S+", words):
        small, is_capitalised = word[0].lower(), word[0][0].isupper()
        is_ordinary = small in vocabulary.words or small in _MONTHS
        if small in _NO_NAME or (is_capitalised and run and small in _ENDS_A_NAME):
            break
        if is_capitalised and is_ordinary and small not in _BORNE:
            break
        surely += is_capitalised and not is_ordinary
        run.append(word)
    last = run[-1][0] if run else ""
    is_name = bool(run) and (surely > 0 or len(run) > 1)
    return run[-1].end() if is_name and last not in vocabulary.public and last.lower() not in _ENDS_A_NAME else 0


def _is_in_capitals(text: str) -> bool:
    """Tells whether Every Word Begins With A Capital, so that a capital means nothing."""
    words = re.findall(r"[A-Za-z]{4,}", text)
    return len(words) >= 6 and sum(word[0].isupper() for word in words) > 0.6 * len(words)
