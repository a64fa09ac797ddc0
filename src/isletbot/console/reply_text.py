"""This module writes a reply as plain text to copy, mail or print, with its sources and a mark on what is not
supported. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from isletbot.console.rendering import describe_source
from isletbot.console.sentence_editor import CheckedSentence
from isletbot.dates import write_date
from isletbot.types import Passage

Register = Literal["patient", "colleague"]
_MARKS = {"unsupported": "NOT SUPPORTED", "unchecked": "NOT CHECKED"}


def write_reply(lead: str, checked: Sequence[CheckedSentence], notices: Sequence[str], wording: Register) -> str:
    """Writes running text for a patient, or one statement a line with the tier and date of its source for a
    colleague."""
    numbers: dict[str, int] = {}
    cited: dict[str, Passage] = {}
    said = []
    for each in checked:
        if each.outcome is None:
            continue
        for shown in each.quotes:
            numbers.setdefault(shown.passage.key, len(numbers) + 1)
            cited[shown.passage.key] = shown.passage
        said.append(_write_sentence(each, numbers, wording))
    body = "\n".join(f"- {each}" for each in said) if wording == "colleague" else " ".join(said)
    sources = [_write_source(numbers[key], passage, checked) for key, passage in cited.items()]
    parts = (lead, body, *notices, "\n\n".join(("Sources", *sources)) if sources else "")
    return "\n\n".join(part for part in parts if part)


def write_mail(text: str) -> str:
    """Makes a link that opens a mail with this text."""
    return f"mailto:?subject={quote('Your question')}&body={quote(text)}"


def _write_sentence(checked: CheckedSentence, numbers: dict[str, int], wording: Register) -> str:
    marks = "".join(f"[{numbers[shown.passage.key]}]" for shown in checked.quotes)
    text = f"{checked.row.text} {marks}".strip()
    if checked.outcome in _MARKS:
        return f"[{_MARKS[str(checked.outcome)]}: {checked.reason}] {text} [END OF WHAT IS NOT SUPPORTED]"
    if wording == "colleague":
        tiers = dict.fromkeys(
            f"{shown.passage.source.evidence.replace('_', ' ')}, {shown.passage.source.publisher}, "
            f"as of {write_date(shown.passage.source.as_of)}"
            for shown in checked.quotes
        )
        return f"{text} ({'; '.join(tiers)})"
    return text


def _write_source(number: int, passage: Passage, checked: Sequence[CheckedSentence]) -> str:
    words = (shown.words for each in checked for shown in each.quotes if shown.passage.key == passage.key)
    quotes = "\n".join(f'    "{quoted}"' for quoted in dict.fromkeys(words))
    return f"[{number}] {describe_source(passage)}. {passage.source.url}\n{quotes}"
