"""This module verifies the sentences that a person edits against the statements they rest on, as the pipeline does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from isletbot.console.form_parsing import Form
from isletbot.console.reasons import explain_reason
from isletbot.console.rendering import describe_source
from isletbot.ingestion.answer_lines import Verify, check_lines, read_line
from isletbot.ports import PassageIndex
from isletbot.types import Finding, Outcome, Passage, Quote, Sentence

MOST_CHARS = 2_000
"""The longest sentence in characters; no verification reads more."""
MOST_SENTENCES = 40
_BLANK = 2
"""The number of empty rows below the written ones, for a browser without scripts."""
_OFFERED = 8
"""The number of statements that a search offers."""
_TRIED = 5
"""The number of statements tried for a sentence that names none."""


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """One sentence as it stands in the form."""

    text: str
    rests: str = ""
    """The statements it rests on, as `source-id#anchor: exact words; source-id#anchor`."""
    find: str = ""
    """Words of a statement that the writer looks for."""

    @property
    def line(self) -> str:
        return f"{self.text} [{self.rests}]" if self.rests else self.text


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """The words of a source that a sentence rests on."""

    passage: Passage
    words: str


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    row: SentenceRow
    outcome: Outcome | None
    """None for a row that is empty."""
    reason: str = ""
    quotes: tuple[ShownQuote, ...] = ()
    offers: tuple[Passage, ...] = ()
    """The statements that were found for the words that the writer looks for."""


@dataclass(frozen=True, slots=True)
class SentenceEditor:
    index: PassageIndex
    verify: Verify
    find: Callable[[str], Sequence[Passage]]
    """Finds statements near a text, the nearest first."""

    def check(self, rows: Sequence[SentenceRow]) -> tuple[CheckedSentence, ...]:
        """Verifies each row. For a row without statements it looks for one and adds it to the row."""
        standing = {passage.statement: passage for passage in self.index.everything()}
        rows = tuple(self._find_support(row) if row.text and not row.rests else row for row in rows)
        short = [row for row in rows if len(row.text) <= MOST_CHARS]
        found = iter(check_lines([row.line for row in short], standing, self.verify))
        by_key = {passage.key: passage for passage in standing.values()}
        too_long = f"longer than {MOST_CHARS:,} characters; make it several sentences"
        checked = (
            _join_quotes(row, next(found), by_key)
            if len(row.text) <= MOST_CHARS
            else CheckedSentence(row, "unchecked", too_long)
            for row in rows
        )
        return tuple(replace(one, offers=self.search(one.row.find)) if one.row.find else one for one in checked)

    def search(self, words: str) -> tuple[Passage, ...]:
        """Finds the statements that these words may mean: by their words, by their meaning, and by their name."""
        words = words.strip()[:MOST_CHARS]
        if not words:
            return ()
        named = (passage for passage in self.index.everything() if words.lower() in passage.statement)
        lexical = self.index.passages([hit.key for hit in self.index.search_lexical(words, _OFFERED)])
        found = (*islice(named, _OFFERED if "#" in words else 0), *lexical, *self.find(words))
        return tuple({passage.key: passage for passage in found}.values())[:_OFFERED]

    def check_lines(self, say: Sequence[str]) -> tuple[Finding, ...]:
        return check_lines(say, {passage.statement: passage for passage in self.index.everything()}, self.verify)

    def _find_support(self, row: SentenceRow) -> SentenceRow:
        if len(row.text) > MOST_CHARS:
            return row
        for passage in self.find(row.text)[:_TRIED]:
            tried = SentenceRow(row.text, passage.statement, row.find)
            if check_lines([tried.line], {passage.statement: passage}, self.verify)[0].outcome == "supported":
                return tried
        return row

    def read_rows(self, sentences: Sequence[Sentence]) -> tuple[SentenceRow, ...]:
        """Turns the sentences of a reply into rows."""
        return tuple(SentenceRow(sentence.text, self._name(sentence.quotes)) for sentence in sentences)

    def _name(self, quotes: Sequence[Quote]) -> str:
        passages = {passage.key: passage for passage in self.index.passages([quote.key for quote in quotes])}
        return "; ".join(_name_quote(passages[quote.key], quote) for quote in quotes if quote.key in passages)


def read_sentence_rows(form: Form) -> tuple[SentenceRow, ...]:
    """Reads the rows that are not empty, with runs of blanks as one. It limits no number of rows: the caller does."""
    written = form.all("text")
    picked: dict[int, list[str]] = {}
    for pick in form.all("pick"):
        number, _, name = pick.partition("|")
        if number.isdecimal() and name:
            picked.setdefault(int(number), []).append(name)
    fields = zip_longest(written, form.all("rests")[: len(written)], form.all("find")[: len(written)], fillvalue="")
    rows = (
        SentenceRow(" ".join(text.split()), _join_rests(rests, picked.get(number, ())), " ".join(find.split()))
        for number, (text, rests, find) in enumerate(fields, 1)
    )
    return tuple(row for row in rows if row.text)


def _join_rests(rests: str, picked: Sequence[str]) -> str:
    """Adds the picked statements to those that a sentence rests on already."""
    typed = " ".join(rests.split()).strip("[]")
    return "; ".join(filter(None, (typed, *(name for name in picked if name not in typed))))


def parse_sentence_rows(say: Sequence[str]) -> tuple[SentenceRow, ...]:
    """Parses saved lines into rows."""
    lines = (read_line(number, value) for number, value in enumerate(say))
    return tuple(
        SentenceRow(line.text, "; ".join(f"{name}: {words}" if words else name for name, words in line.quotes))
        if line
        else SentenceRow(value)
        for value, line in zip(say, lines, strict=True)
    )


def add_blank_rows(checked: Sequence[CheckedSentence]) -> tuple[CheckedSentence, ...]:
    return (*checked, *[CheckedSentence(SentenceRow(""), None)] * _BLANK)


def sentence_to_json(checked: CheckedSentence) -> dict[str, object]:
    return {
        "outcome": checked.outcome,
        "reason": checked.reason,
        "rests": checked.row.rests,
        "quotes": [{"words": quote.words, "from": describe_source(quote.passage)} for quote in checked.quotes],
    }


def _join_quotes(row: SentenceRow, finding: Finding, by_key: dict[str, Passage]) -> CheckedSentence:
    quotes: Iterator[ShownQuote] = (ShownQuote(by_key[quote.key], quote.text) for quote in finding.sentence.quotes)
    return CheckedSentence(row, finding.outcome, explain_reason(finding.reason, row.text), tuple(quotes))


def _name_quote(passage: Passage, quote: Quote) -> str:
    return passage.statement if quote.text == passage.text else f"{passage.statement}: {quote.text}"
