"""The type of a document by its content, held to what its server says."""

from __future__ import annotations

import io
import zipfile

import pytest

from isletbot.errors import FetchError
from isletbot.fetching.media_types import DOCX, find_media_type, split_content_type

PAGE = b"<!-- a <html> comment --><!DOCTYPE html><html><p>Six."


def a_zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "declared", "path", "expected"),
    [
        (PAGE, "text/html", "/", "text/html"),
        (PAGE, "", "/", "text/html"),
        (PAGE, "application/xhtml+xml", "/", "text/html"),
        (b"<p>A piece of a page.</p>", "text/html", "/", "text/html"),
        ("<html>".encode("utf-16"), "text/html", "/", "text/html"),
        (b"%PDF-1.7 ...", "application/octet-stream", "/leaflet", "application/pdf"),
        (a_zip("word/document.xml"), DOCX, "/", DOCX),
        (b"# A leaflet", "text/plain", "/leaflet.md", "text/markdown"),
        (b"# A leaflet", "text/markdown", "/", "text/markdown"),
        ("Blutzucker über 70".encode("latin-1"), "text/plain", "/", "text/plain"),
    ],
)
def test_a_document_is_what_its_content_is(data: bytes, declared: str, path: str, expected: str) -> None:
    assert find_media_type(data, declared, path) == expected


@pytest.mark.parametrize(
    ("data", "declared", "said"),
    [
        (PAGE, "application/pdf", "often a sign-in or error page"),
        (PAGE, DOCX, "often a sign-in or error page"),
        (a_zip("evil.exe"), DOCX, "application/zip"),
        (b"PK\x03\x04 cut short", DOCX, "application/zip"),
        (b"\x7fELF\x02\x01\x01\0", "text/plain", "no document"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg", "no document"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"   \n", "text/plain", "no document"),
    ],
)
def test_what_is_no_document_or_not_what_is_declared_is_named(data: bytes, declared: str, said: str) -> None:
    with pytest.raises(FetchError, match=said) as refused:
        find_media_type(data, declared, "/")
    assert refused.value.cause == "type"


def test_a_page_of_unclosed_comments_is_read_at_once() -> None:
    assert find_media_type(b"<!--" * 1_000_000, "text/html", "/") == "text/plain"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=UTF-8", ("text/html", "utf-8")),
        ("Text/HTML", ("text/html", "")),
        ("", ("", "")),
        ("nonsense", ("", "")),
        ("text/html; charset*=x''%ff", ("text/html", "")),
    ],
)
def test_the_header_is_split_into_type_and_charset(header: str, expected: tuple[str, str]) -> None:
    assert split_content_type(header) == expected
