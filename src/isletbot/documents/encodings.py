"""Bytes of a text file become characters, by its mark, as UTF-8, or by a guess that is noted."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from isletbot.documents.parsed import ReadingNote
from isletbot.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_READ_TWICE = re.compile(r"Ã[\u0080-\u00bf]|â€[\u0080-\u2122œ™˜“”]|Â[\u00a0-\u00bf]")
"""Matches `cafÃ©` and `donâ€™t`: UTF-8 that was read as Latin letters and saved."""

_MOST_ACCENTS = 0.05


@dataclass(frozen=True, slots=True)
class DecodedText:
    text: str
    notes: tuple[ReadingNote, ...] = ()


def decode_text(data: bytes, declared: str = "") -> DecodedText:
    """Raises InputError for bytes that are text in no encoding, and for text that was damaged before."""
    decoded = _decode(data, declared)
    if "\ufffd" in decoded.text or _READ_TWICE.search(decoded.text):
        raise InputError(
            "This document cannot be added. Some of its letters were lost in a wrong encoding.",
            code="bad_document",
            remedy="Save the original as UTF-8.",
        )
    return decoded


def _decode(data: bytes, declared: str) -> DecodedText:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return DecodedText(_decode_strictly(data, name))
    try:
        return DecodedText(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if declared and declared.lower() not in ("utf-8", "utf8"):
        try:
            return DecodedText(data.decode(declared))
        except (LookupError, UnicodeDecodeError):
            pass
    if (western := _read_western(data)) is not None:
        return DecodedText(western, (_note_guess("cp1252"),))
    best = from_bytes(data).best()
    if best is None:
        raise _refuse("It is text in no encoding that is known.")
    return DecodedText(str(best), (_note_guess(best.encoding),))


def _read_western(data: bytes) -> str | None:
    """English text has few letters with accents, and a guess by their frequency is often wrong."""
    if sum(byte > 127 for byte in data) > _MOST_ACCENTS * len(data):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _note_guess(encoding: str) -> ReadingNote:
    return ReadingNote("encoding guessed", f"read as {encoding}; it is not UTF-8")


def _decode_strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise _refuse(f"It says that it is {name}, and is not.") from error


def _refuse(what: str) -> InputError:
    return InputError(f"This document cannot be added. {what}", code="bad_document", remedy="Save it as UTF-8.")
