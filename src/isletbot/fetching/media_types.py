"""Tells the media type of a document by its content, and holds what the server says to it. Pure."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
from collections.abc import Collection
from email.message import Message

from isletbot.errors import FetchError

PDF, HTML, XML, JSON, PLAIN, MARKDOWN = (
    "application/pdf",
    "text/html",
    "application/xml",
    "application/json",
    "text/plain",
    "text/markdown",
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENTS = frozenset({PDF, HTML, DOCX, PLAIN, MARKDOWN})
"""What a person can add to the corpus."""
_SAME = {"application/xhtml+xml": HTML, "text/xml": XML, "text/x-markdown": MARKDOWN}
_LOOSE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/download"})
"""What servers say when they do not know."""
_HEAD = 4_000
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml|\s*<[a-zA-Z][^>]*>")
_TAG = re.compile(r"<(?:head|body|title|meta|div|p|h[1-6]|table|article)\b", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def split_content_type(header: str) -> tuple[str, str]:
    """Returns media type and charset, each empty where the header does not name it."""
    message = Message()
    message["content-type"] = header[:200] or "application/octet-stream"
    named = message.get_content_type() if "/" in header else ""
    return named, str(message.get_content_charset() or "")


def find_media_type(data: bytes, declared: str, path: str, wanted: Collection[str] = DOCUMENTS) -> str:
    """Returns the type the bytes have. Raises FetchError when it is none of those wanted, or not the declared one."""
    said = _SAME.get(declared, declared)
    found = _read_type(data, said, path)
    if found not in wanted:
        kinds = ", ".join(sorted(kind.rpartition("/")[2].rpartition(".")[2] for kind in wanted))
        what = found or "no document"
        raise FetchError("type", f"What came is {what} (declared: {declared[:60] or 'nothing'}).", f"Wanted: {kinds}.")
    if said not in _LOOSE and said in (*DOCUMENTS, XML, JSON) and not _fits(said, found):
        raise FetchError(
            "type",
            f"The server says {said}, and what it sends is {found}: often a sign-in or error page.",
            "Open the address in a browser, save the document and add the file.",
        )
    return found


def _fits(said: str, found: str) -> bool:
    texts = {PLAIN, MARKDOWN}
    return said == found or {said, found} <= texts or (said == HTML and found == PLAIN)


def _read_type(data: bytes, said: str, path: str) -> str:
    """Returns an empty text for what is no kind of document."""
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return DOCX if _is_docx(data) else "application/zip"
    text = _read_head(data)
    if not text.strip() or _CONTROLS.search(text):
        return ""
    if _HTML.match(_COMMENT.sub("", text)) or (said == HTML and _TAG.search(text)):
        return HTML
    if said == JSON or (said in _LOOSE and path.endswith(".json")):
        return JSON if _is_json(data) else PLAIN
    if _XML.match(text) and (said == XML or text.lstrip().startswith("<?xml")):
        return XML
    return MARKDOWN if said == MARKDOWN or path.lower().endswith((".md", ".markdown")) else PLAIN


def _read_head(data: bytes) -> str:
    if data.startswith(_BOMS):
        return data[:_HEAD].decode("utf-16", "ignore")
    return data[:_HEAD].decode("utf-8", "replace")


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
