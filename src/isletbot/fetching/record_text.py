"""Reads texts, dates and XML that registries send, and takes nothing in them for granted. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from isletbot.errors import FetchError

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_TAG = re.compile(r"<[^<>]{0,200}>")
_BLANK_BEFORE = re.compile(r"\s+([.,;:)])")
_EMPTY_BRACKETS = re.compile(r"\s*[\[(][\s,;–-]*[\])]")
"""What is left of `[12, 13]` when the numbers of references are left out."""
_DEEPEST = 100
_POWER = "0123456789-−+"


def parse_xml(data: bytes, registry: str) -> Element:
    """Parses without entities of the document's own, which could name files or grow without end. Raises FetchError."""
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _make_unsound(registry, str(error)[:200]) from error
    if _is_too_deep(root):
        raise _make_unsound(registry, f"elements more than {_DEEPEST} deep")
    return root


def _make_unsound(registry: str, why: str) -> FetchError:
    return FetchError("broken", f"{registry} sends no sound XML ({why}).", "Try again later.")


def _is_too_deep(root: Element) -> bool:
    """What reads a tree calls itself for each level."""
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def read_element(element: Element | None, leave_out: Callable[[Element], bool] = lambda _: False) -> str:
    """Returns the text within, in one line."""
    return "" if element is None else tidy("".join(_walk(element, leave_out)))


def _walk(element: Element, leave_out: Callable[[Element], bool]) -> Iterator[str]:
    yield element.text or ""
    before = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not leave_out(child):
            inner = "".join(_walk(child, leave_out))
            # 10 to the power of six must not become 106.
            raised = child.tag == "sup" and before[-1:].isdigit() and inner.strip()[:1] in _POWER
            yield f"^{inner.strip()}" if raised and inner.strip() else inner
        yield child.tail or ""
        before = child.tail or before


def tidy(text: str) -> str:
    return _BLANK_BEFORE.sub(r"\1", _EMPTY_BRACKETS.sub("", " ".join(text.split())))


def strip_tags(text: str) -> str:
    return tidy(unescape(_TAG.sub(" ", text)))


def read_day(year: str, month: str = "", day: str = "") -> date | None:
    """Reads `2025`, `2025 Jun` or `2025 06 20`; a missing month or day is the first. None for what is no date."""
    try:
        number = _MONTHS.get(month[:3].lower()) or (int(month) if month.isdecimal() else 1)
        return date(int(year), number, int(day) if day.isdecimal() else 1)
    except (ValueError, OverflowError):
        return None


def read_iso_day(text: object) -> date | None:
    """Reads `2025-06-20` and `2025-06`."""
    return read_day(*text.strip().split("-")[:3]) if isinstance(text, str) and text.strip() else None


def find_value(record: object, *path: str) -> Any:
    """Follows a path through JSON; an empty mapping where it breaks off."""
    for name in path:
        record = record.get(name, {}) if isinstance(record, Mapping) else {}
    return record


def find_text(record: object, *path: str) -> str:
    found = find_value(record, *path)
    return tidy(str(found)) if isinstance(found, str | int | float) else ""


def find_list(record: object, *path: str) -> list[Any]:
    found = find_value(record, *path)
    return found if isinstance(found, list) else []
