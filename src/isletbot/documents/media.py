"""Tells what a file is by its content, and refuses what cannot be read safely before any parser sees it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from isletbot.errors import InputError

MediaKind = Literal["pdf", "docx", "html", "markdown", "text"]
MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ZIPPED_FILES = 5_000
_CLAIMS: dict[str, MediaKind] = {
    "pdf": "pdf",
    "docx": "docx",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "text",
    "text": "text",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}
EXTENSIONS: dict[MediaKind, str] = {"pdf": "pdf", "docx": "docx", "html": "html", "markdown": "md", "text": "txt"}
_HTML = re.compile(rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FOREIGN = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "a rich text file"),
    (b"%!PS", "a PostScript file"),
)
_KNOWN = "Markdown, HTML, PDF, DOCX and plain text"


def detect_media(data: bytes, claimed: str) -> MediaKind:
    """`claimed` is a file's extension or a media type. Raises InputError for a wrong, empty, large or unsafe file."""
    if len(data) > MOST_BYTES:
        raise _refuse(f"It has {len(data):,} bytes; at most {MOST_BYTES:,} are read.", "Add the parts one by one.")
    if not data.strip():
        raise _refuse("It is empty.", "Save it again.")
    claim = _CLAIMS.get(claimed.lower().lstrip(".").split(";")[0].strip())
    found = _detect_content(data)
    if found is None:
        kind: MediaKind = "markdown" if claim == "markdown" else "text"
    else:
        kind = found
    wrong = claim is not None and claim != kind
    if wrong:
        raise _refuse(f"It says that it is {claim} and its content is {kind}.", "Save it as what it is, then add that.")
    if claim is None and claimed and kind in ("text", "markdown"):
        raise _refuse(f"{claimed[:60]!r} is none of {_KNOWN}.", "Save it as one of these.")
    if kind == "docx":
        _check_zip(data)
    if kind == "pdf":
        _check_whole_pdf(data)
    return kind


def _detect_content(data: bytes) -> MediaKind | None:
    """None for text of some kind."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _detect_zip(data)
    for mark, what in _FOREIGN:
        if data.startswith(mark):
            raise _refuse(f"It is {what}.", f"{_KNOWN} are read: save it as one of these.")
    if _HTML.match(data.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refuse("It holds bytes that no text has.", f"{_KNOWN} are read: save it as one of these.")
    return None


def _detect_zip(data: bytes) -> MediaKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _refuse("It is cut short or damaged.", "Save or download it again.") from error
    if "word/document.xml" not in names:
        raise _refuse("It is a packed file and no DOCX.", "Unpack it and add the document inside.")
    return "docx"


def _check_zip(data: bytes) -> None:
    """A small file may unpack to terabytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or len(entries) > MOST_ZIPPED_FILES:
        what = f"It unpacks to {unpacked:,} bytes in {len(entries):,} files, as a zip bomb does."
        raise _refuse(what, "Take large images out and save it again.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refuse("It is encrypted.", "Save it without a password.")


def _check_whole_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-4096:]:
        raise _refuse("It is cut short: the mark at its end is missing.", "Save or download it again.")


def _refuse(what: str, remedy: str) -> InputError:
    return InputError(f"This document cannot be added. {what}", code="bad_document", remedy=remedy)
