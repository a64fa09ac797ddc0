"""What a person must see before a document is approved: each finding with its place, its remedy and a name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import py3langid

from isletbot.answering.text import bare_words
from isletbot.curation.redaction import redact_text
from isletbot.documents.parsed import Oddity, ReadingNote
from isletbot.errors import Problem
from isletbot.ingestion.screen import screen_text
from isletbot.ingestion.split import PROPOSED
from isletbot.types import Passage

Remedied = Literal["edit", "accept", "either", "note"]
"""How a finding stops holding the approval: the draft is edited, the finding is accepted, or either."""

_ADVERTISING = re.compile(
    r"\b(?:call|ring|phone|text|contact|email|visit)\s+(?:us|now|today|this\s+number|our)\b|\bact\s+now\b|\border\s+(?:now|today)\b"
    r"|\bsign\s+up\b|\bsubscribe\b|\bfree\s+(?:consultation|trial\s+offer|shipping)\b|\blimited\s+(?:time|places)\b"
    r"|\b(?:the|our)\s+best\s+(?:clinic|doctors?|treatment|results)\b|\bguaranteed?\b|\bmiracle\b|\b100\s?%\s+(?:safe|effective)\b",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"\bretract(?:ed|ion)\b|\bexpression\s+of\s+concern\b|\berrat(?:um|a)\b|\bcorrigend(?:um|a)\b|\bcorrection\s+to:"
    r"|\bthis\s+(?:article|paper|leaflet|page|document)\s+(?:has\s+been|was|is)\s+(?:withdrawn|superseded|replaced)\b"
    r"|\bno\s+longer\s+(?:current|valid)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\[(name|phone|email|record number|date of birth|address|link)\]")
_CONTACT = frozenset({"phone", "email", "address", "link"})
_LANGUAGES = [
    "en",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "no",
    "fi",
    "pl",
    "cs",
    "tr",
    "ru",
    "ar",
    "zh",
    "ja",
    "hi",
]
_FEWEST_LETTERS = 30
_SURELY = 20.0
"""Score over English from which a text is in another language: formulas and names of programs stay under 12, and
sentences of German, French, Spanish and Dutch are over 45."""
_SPEAKS = frozenset({"no instructions to the reader", "no speaker marks"})
"""Rules that a comment in a page breaks only when it is meant for a model: most hold markup that was taken out."""
_STATEMENT = re.compile(r"- (?:\(proposed\) )?(?P<text>.*?)\s*(?:\{#(?P<anchor>[\w-]+)\})?\s*")
_OF_ORIGINAL: Mapping[Oddity, tuple[str, str]] = {
    "hidden text": (
        "hidden text",
        "It was left out. Look at the original: somebody has put words there that nobody sees.",
    ),
    "comment": ("hidden text", "It was left out. Look at the original: a comment speaks to a reader of its code."),
    "hidden characters": ("hidden characters", "They were left out. Compare the statement with the original."),
    "page without text": ("page without text", "Compare the page with the original: its words, if any, are left out."),
    "cut short": ("cut short", "Fetch the document again, or compare its end with the original."),
    "encoding guessed": ("encoding guessed", "Compare letters with accents with the original."),
    "tracked changes": ("tracked changes", "Accept or reject the changes in Word, then add the document again."),
}


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    kind: str
    place: str
    words: str
    remedy: str
    remedied: Remedied

    @property
    def id(self) -> str:
        """The same for the same words, wherever they stand."""
        short = hashlib.sha256(f"{self.kind}\0{self.words}".encode()).hexdigest()[:6]
        return f"{self.kind.replace(' ', '-').replace(',', '')}-{short}"

    def __str__(self) -> str:
        hold = {
            "edit": "edit the draft",
            "accept": f"--accept {self.id}",
            "either": f"edit the draft or --accept {self.id}",
            "note": "for your information",
        }
        return f"{self.place}: {self.kind}: {self.words!r}. {self.remedy} [{hold[self.remedied]}]"


def find_in_original(notes: Sequence[ReadingNote]) -> Iterator[DocumentFinding]:
    for note in notes:
        if note.oddity == "comment" and not _SPEAKS & {problem.rule for problem in screen_text("", note.text)}:
            continue
        kind, remedy = _OF_ORIGINAL[note.oddity]
        yield DocumentFinding(kind, ", ".join(filter(None, ("original", str(note.place)))), note.text, remedy, "accept")


def find_in_draft(
    file: str, text: str, originals: Mapping[str, str], others: Sequence[Passage]
) -> Iterator[DocumentFinding]:
    """`originals` are the original's own words by anchor; `others` the statements of other sources."""
    for problem in screen_text(file, text):
        yield _from_problem(problem, text)
    body = text.find("\n---", 3) + 1
    first = text.count("\n", 0, body) + 1
    quoted = re.search(r"^quotes: original$", text[:body], re.MULTILINE) is not None
    known = {bare_words(passage.text): passage.statement for passage in others}
    heading = ""
    waiting: list[int] = []
    yield from _find_retraction(f"{file}:1", next(iter(re.findall(r"^title: (.*)$", text[:body], re.MULTILINE)), ""))
    for number, line in enumerate(text[body:].split("\n"), first):
        if line.startswith("#"):
            heading = line.lstrip("# ")
            yield from _find_retraction(f"{file}:{number}", heading)
        statement = _STATEMENT.fullmatch(line)
        if not statement:
            continue
        place = ", ".join(filter(None, (f"{file}:{number}", heading)))
        yield from _find_in_statement(place, statement["text"])
        if twin := known.get(bare_words(statement["text"])):
            remedy = f"{twin} says the same: leave one of the two out, unless both sources should be cited."
            yield DocumentFinding("duplicate", place, statement["text"], remedy, "note")
        if PROPOSED in line:
            waiting.append(number)
        elif not quoted and bare_words(originals.get(statement["anchor"], "")) == bare_words(statement["text"]):
            remedy = "Its licence shows no quotes: say it in your own words."
            yield DocumentFinding("copied", place, statement["text"], remedy, "either")
    if waiting:
        words = f"{len(waiting)} statements are proposed and confirmed by nobody"
        remedy = f"Say each in your own words, compare it with the original, and remove {PROPOSED}."
        yield DocumentFinding("unconfirmed statements", f"{file}:{waiting[0]}", words, remedy, "edit")


def _find_in_statement(place: str, text: str) -> Iterator[DocumentFinding]:
    if found := _ADVERTISING.search(text):
        remedy = "A source states facts: leave what sells or calls to action out."
        yield DocumentFinding("advertising", place, found[0], remedy, "either")
    marks = set(_MARKED.findall(redact_text(text))) - set(_MARKED.findall(text))
    if marks & _CONTACT:
        remedy = "Say whom to turn to in the settings of the clinic instead; an answer may outlive a number."
        yield DocumentFinding("contact data", place, text, remedy, "either")
    if marks - _CONTACT:
        yield DocumentFinding("personal data", place, text, "Leave out what tells who somebody is.", "either")
    yield from _find_retraction(place, text)
    language = detect_language(text)
    if language not in ("", "en"):
        remedy = "Answers are given in English: translate it, and have it compared."
        yield DocumentFinding("other language", place, f"({language}) {text}", remedy, "either")


def _find_retraction(place: str, text: str) -> Iterator[DocumentFinding]:
    if _RETRACTION.search(text):
        remedy = "Find out whether the document still stands before it is approved."
        yield DocumentFinding("retraction or erratum", place, text[:200], remedy, "either")


def detect_language(text: str) -> str:
    """A code such as `en`; empty for a text that is too short to tell."""
    letters = re.sub(r"[^\w\s]|\d", "", text)
    if len(letters) < _FEWEST_LETTERS and letters.isascii():
        return ""
    scores = dict(_open_languages()(letters))
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] - scores["en"] >= _SURELY else "en"


@cache
def _open_languages() -> Callable[[str], list[tuple[str, float]]]:
    """Loads the model once; choosing languages takes as long as many texts."""
    py3langid.set_languages(_LANGUAGES)
    rank: Callable[[str], list[tuple[str, float]]] = py3langid.rank
    return rank


def _from_problem(problem: Problem, text: str) -> DocumentFinding:
    above = text.split("\n")[: problem.line]
    heading = next((line.lstrip("# ") for line in reversed(above) if line.startswith("#")), "")
    place = ", ".join(filter(None, (f"{problem.file}:{problem.line}", heading)))
    return DocumentFinding(problem.rule, place, problem.value, problem.remedy, "edit")
