"""A digest's text becomes passages: one statement each, with its heading, its exact offsets and its questions."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

from isletbot.errors import Problem
from isletbot.ingestion.read import Digest
from isletbot.types import Passage

MAX_STATEMENT = 600
"""Characters: a quote somebody still reads, and well within what the embedding model reads."""
MAX_ASK = 300

_HEADING = re.compile(r"#{1,6}\s+(?P<text>\S.*?)\s*#*\s*")
_STATEMENT = re.compile(r"[-*]\s+(?P<text>.*?)\s*(\{#(?P<anchor>[^{}]*)\})?\s*")
_ASK = re.compile(r"\s+\?(?P<text>.*)")
_PLAIN = re.compile(r"\s+(?P<mark>[=~])\s*(?P<text>.*)")
"""`  = They took part for a year.` is how a person says the statement above; `  ~ ` the short form after a mention."""
_ANCHOR = re.compile(r"[a-z0-9][a-z0-9-]*")
_NO_SUBJECT = re.compile(r"(it|its|they|their|them|this|these|those)\b", re.IGNORECASE)
PROPOSED = "(proposed)"
"""Begins a statement of a document whose licence allows no quotes, until a person has confirmed it."""
_STYLED = re.compile(r"\*\*|__|`|\]\(|\{#")


@dataclass(slots=True)
class _Statement:
    line: int
    heading: str
    text: str
    anchor: str
    start: int
    asks: list[str] = field(default_factory=list)
    plain: dict[str, str] = field(default_factory=dict)
    """By mark."""


def passage_key(source_id: str, text: str) -> str:
    digest = hashlib.sha256(f"{source_id}\0{text}".encode()).digest()
    return "k" + base64.b32encode(digest).decode().lower()[:12]


def split_digest(digest: Digest) -> tuple[list[Passage], list[Problem]]:
    """Every statement of the digest in its order, and every rule one of them breaks."""
    reader = _Reader(digest)
    reader.read()
    _check_unique(digest, reader)
    source = digest.source
    passages = [
        Passage(
            key=passage_key(source.id, statement.text),
            source=source,
            statement=f"{source.id}#{statement.anchor}",
            heading=statement.heading,
            text=statement.text,
            start=statement.start,
            end=statement.start + len(statement.text),
            asks=tuple(statement.asks),
            say=statement.plain.get("=", ""),
            again=statement.plain.get("~", ""),
        )
        for statement in reader.statements
    ]
    return passages, reader.problems


class _Reader:
    """Reads lines from top to bottom; a question belongs to the statement above it."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.statements: list[_Statement] = []
        self.problems: list[Problem] = []
        self._heading = ""
        self._current: _Statement | None = None
        self._line = digest.text.count("\n", 0, digest.body) + 1

    def read(self) -> None:
        offset = self.digest.body
        for raw in self.digest.text[offset:].split("\n"):
            self._read_line(raw.rstrip(), offset)
            offset += len(raw) + 1
            self._line += 1
        if not self.statements and not self.problems:
            self._line = 1
            self.report("at least one statement", self.digest.file, "Add a heading and a line `- … {#name}`.")

    def report(self, rule: str, value: str, remedy: str) -> None:
        self.problems.append(Problem(self.digest.file, self._line, rule, value[:80], remedy))

    def _read_line(self, line: str, offset: int) -> None:
        if not line:
            return
        if heading := _HEADING.fullmatch(line):
            self._heading, self._current = heading["text"], None
        elif statement := _STATEMENT.fullmatch(line):
            self._read_statement(statement, offset)
        elif ask := _ASK.fullmatch(line):
            self._read_ask(ask["text"].strip())
        elif plain := _PLAIN.fullmatch(line):
            self._read_plain(plain["mark"], plain["text"].strip())
        elif line[0].isspace() and self._current is not None:
            self.report("a statement on one line", line.strip(), "Join it to the line above.")
        elif line.startswith("?"):
            self.report("an indented question", line, "Indent it by two spaces under its statement.")
        else:
            self._current = None

    def _read_statement(self, match: re.Match[str], offset: int) -> None:
        text, anchor = match["text"], match["anchor"] or ""
        self._current = _Statement(self._line, self._heading, text, anchor, offset + match.start("text"))
        self.statements.append(self._current)
        if not self._heading:
            self.report("a heading above every statement", text, "Add the original's heading: `## Results`.")
        if not _ANCHOR.fullmatch(anchor):
            self.report("an anchor", text, "End the line with `{#name}`: lower-case letters, digits, dashes.")
        if text.startswith(PROPOSED):
            remedy = f"Say it in your own words, compare it with the original, and remove {PROPOSED}."
            self.report("a person confirms every statement", text, remedy)
        if not text:
            self.report("a statement with words", text, "Write the statement or remove the line.")
        if len(text) > MAX_STATEMENT:
            remedy = f"It has {len(text)} characters: split it into statements of at most {MAX_STATEMENT}."
            self.report("a short statement", text, remedy)
        if _NO_SUBJECT.match(text):
            self.report("names its subject", text, "Say who or what is meant: the statement is quoted alone.")
        if _STYLED.search(text):
            self.report("plain words", text, "Remove bold, code and links: the statement is quoted as it stands.")

    def _read_plain(self, mark: str, text: str) -> None:
        if self._current is None:
            self.report("a statement above every plain form", text, "Move it under the statement it says.")
        elif not text or mark in self._current.plain:
            self.report("one plain form of each kind", text, f"Write one line `{mark} …` with words, or remove it.")
        else:
            self._current.plain[mark] = text

    def _read_ask(self, ask: str) -> None:
        if self._current is None:
            self.report("a statement above every question", ask, "Move the question under the statement it asks for.")
        elif not ask:
            self.report("a question with words", ask, "Write the question or remove the line.")
        elif len(ask) > MAX_ASK:
            self.report("a short question", ask, f"Shorten it to at most {MAX_ASK} characters.")
        else:
            self._current.asks.append(ask)


def _check_unique(digest: Digest, reader: _Reader) -> None:
    anchors: dict[str, int] = {}
    texts: dict[str, int] = {}
    for statement in reader.statements:
        for seen, value, rule, remedy in (
            (anchors, statement.anchor, "unique anchor", "Choose another name: line {line} has it."),
            (texts, statement.text, "unique statement", "Remove one of the two: line {line} says the same."),
        ):
            if value and value in seen:
                told = remedy.format(line=seen[value])
                reader.problems.append(Problem(digest.file, statement.line, rule, value[:80], told))
            seen.setdefault(value, statement.line)
