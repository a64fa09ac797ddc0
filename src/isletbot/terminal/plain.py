"""An Answer as plain text: what is said, then its sources, then the notices. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from isletbot.types import Answer, Citation, Kind

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
        blocks.append("\n".join(["Sources", *(format_citation(citation, width) for citation in answer.citations)]))
    if offered := get_offered(answer):
        blocks.append("\n".join(["You could ask", *(f"  - {question}" for question in offered)]))
    blocks += [_wrap(notice.text, width) for notice in answer.notices]
    return "\n\n".join(blocks)


def get_said(answer: Answer) -> str:
    """The text without the notices that end it."""
    said = answer.text.rstrip()
    for notice in reversed(answer.notices):
        said = said.removesuffix(notice.text).rstrip()
    return said


def get_offered(answer: Answer) -> tuple[str, ...]:
    """The suggestions of a reply that leaves a person without an answer, but those that its text names already."""
    if answer.kind not in ("not_in_corpus", "out_of_scope", "small_talk"):
        return ()
    return tuple(question for question in answer.suggestions if question not in answer.text)


def format_citation(citation: Citation, width: int = 80) -> str:
    return "\n".join(_citation_lines(citation, width))


def _citation_lines(citation: Citation, width: int) -> Iterator[str]:
    source = citation.source
    tier = source.evidence.replace("_", " ")
    yield _wrap(f"[{citation.number}] {source.title}", width, "    ")
    yield _wrap(f"{source.publisher}, {tier}, {citation.section}", width, "    ", first="    ")
    yield f"    published {source.published}, speaks for {source.as_of}"
    yield _wrap(f"“{citation.quote}”", width, "    ", first="    ")
    yield f"    {source.url}"


def _wrap(text: str, width: int, indent: str = "", first: str = "") -> str:
    lines = [
        textwrap.fill(
            line, width, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        for line in text.splitlines()
    ]
    return "\n".join(lines)
