"""A sentence of an approved answer as people write it: `A sentence. [source-id#anchor; source-id#anchor: exact words]`.
Traced to the words it rests on, and held to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from isletbot.finding_reasons import Reason
from isletbot.types import Draft, Evidence, Finding, Passage, Quote, Sentence, Verdict

Verify = Callable[[Draft, Evidence], Verdict]
"""What the line does with a draft before anyone hears it."""

_SENTENCE = re.compile(r"(?P<text>.*\S)\s*\[(?P<quotes>[^\[\]]+)\]")
_BETWEEN = re.compile(r";\s*(?=[a-z0-9-]+#)")
_QUOTE = re.compile(r"(?P<statement>[a-z0-9-]+#[a-z0-9-]+)(?:\s*:\s*(?P<words>\S.*))?")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it stands in the file, before its statements are looked up."""

    number: int
    text: str
    quotes: tuple[tuple[str, str], ...]
    """(statement, its exact words; empty for the whole of it)."""


@dataclass(frozen=True, slots=True)
class Astray:
    """Words that do not stand where a line says they do; no words when there is no such statement."""

    statement: str
    words: str


def read_line(number: int, value: str) -> Line | None:
    """None when it is not of the form."""
    match = _SENTENCE.fullmatch(value.strip())
    quotes = [_QUOTE.fullmatch(quote.strip()) for quote in _BETWEEN.split(match["quotes"])] if match else []
    if match is None or not all(quotes):
        return None
    return Line(number, match["text"], tuple((quote["statement"], quote["words"] or "") for quote in quotes if quote))


def trace_line(line: Line, standing: Mapping[str, Passage]) -> tuple[Sentence, tuple[Astray, ...]]:
    """The sentence with the quotes that stand, and what does not."""
    quotes, astray = [], []
    for statement, words in line.quotes:
        passage = standing.get(statement)
        begin = passage.text.find(words) if passage else -1
        if passage is None or begin < 0:
            astray.append(Astray(statement, words if passage else ""))
            continue
        start, quoted = passage.start + begin, words or passage.text
        quotes.append(Quote(passage.key, quoted, start, start + len(quoted)))
    return Sentence(line.text, tuple(quotes)), tuple(astray)


def check_lines(written: Sequence[str], standing: Mapping[str, Passage], verify: Verify) -> tuple[Finding, ...]:
    """A finding a line, whatever is wrong with it: the line's own verification where every quote stands."""
    found: dict[int, Finding] = {}
    traced: dict[int, Sentence] = {}
    for number, value in enumerate(written):
        line = read_line(number, value)
        if line is None:
            found[number] = Finding(Sentence(value.strip(), ()), "unsupported", Reason("no_quote", "no citation"))
            continue
        sentence, astray = trace_line(line, standing)
        if astray:
            found[number] = Finding(sentence, "unsupported", _explain(astray[0]))
        else:
            traced[number] = sentence
    keys = {quote.key for sentence in traced.values() for quote in sentence.quotes}
    quoted = tuple(passage for passage in standing.values() if passage.key in keys)
    verdict = verify(Draft("approved", tuple(traced.values())), Evidence(found=(), quoted=quoted))
    found |= dict(zip(traced, verdict.findings, strict=True))
    return tuple(found[number] for number in range(len(written)))


def _explain(astray: Astray) -> Reason:
    if astray.words:
        text = f"{astray.words!r} does not stand in {astray.statement}"
        return Reason("words_not_in_statement", text, (astray.words, astray.statement))
    text = f"there is no statement {astray.statement} in an approved source"
    return Reason("unknown_statement", text, (astray.statement,))
