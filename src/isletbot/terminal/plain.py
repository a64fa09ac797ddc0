"""An Answer as plain text: what is said, then its sources, then the notices. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from isletbot.dates import write_date
from isletbot.types import Answer, Citation, Kind, Notice

HEADINGS: dict[Kind, str] = {
    "answered": "From the sources",
    "not_in_corpus": "The sources do not say",
    "needs_clinician": "A question for your care team",
    "urgent": "Urgent",
    "out_of_scope": "Outside what this program answers",
    "small_talk": "",
}
"""What kind of reply it is, in words: colour alone tells nothing."""


def format_answer(answer: Answer, width: int = 80) -> str:
    blocks = [_wrap(get_said(answer), width)]
    if heading := HEADINGS[answer.kind]:
        blocks.insert(0, f"{heading.upper()}")
    if answer.citations:
        blocks.append("\n".join(["Sources", *format_sources(answer.citations, width)]))
    if offered := get_offered(answer):
        blocks.append("\n".join(["You could ask", *(f"  - {question}" for question in offered)]))
    blocks += [_wrap(notice.text, width) for notice in list_notices(answer)]
    return "\n\n".join(blocks)


def get_said(answer: Answer) -> str:
    """The text without the notices that end it."""
    said = answer.text.rstrip()
    for notice in reversed(answer.notices):
        said = said.removesuffix(notice.text).rstrip()
    return said


def list_notices(answer: Answer) -> tuple[Notice, ...]:
    """Those that belong to this reply; the full one stands where a chat opens."""
    return tuple(notice for notice in answer.notices if notice.id != "not-medical-advice")


def get_offered(answer: Answer) -> tuple[str, ...]:
    """The suggestions of a reply that leaves a person without an answer, but those that its text names already."""
    if answer.kind not in ("not_in_corpus", "out_of_scope", "small_talk"):
        return ()
    return tuple(question for question in answer.suggestions if question not in answer.text)


def format_sources(citations: Sequence[Citation], width: int = 80) -> Iterator[str]:
    """One entry a source: what it is, then every quote of it with its section."""
    for number, source in {citation.number: citation.source for citation in citations}.items():
        tier = source.evidence.replace("_", " ")
        yield _wrap(f"[{number}] {source.title}", width, "    ")
        yield _wrap(f"{source.publisher}, {tier}", width, "    ", first="    ")
        yield f"    published {write_date(source.published)}, speaks for {write_date(source.as_of)}"
        for citation in citations:
            if citation.number == number:
                yield _wrap(f"{citation.section}: “{citation.quote}”", width, "    ", first="    ")
        yield f"    {source.url}"


def _wrap(text: str, width: int, indent: str = "", first: str = "") -> str:
    lines = [
        textwrap.fill(
            line, width, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def make_printable(text: str) -> str:
    """Replaces the characters that steer a terminal, in a text that strangers wrote."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
