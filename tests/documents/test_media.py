"""Documents that nobody should try to read are refused, each by what is wrong with it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

from isletbot.documents.media import MOST_BYTES, detect_media
from isletbot.documents.read_document import read_document
from isletbot.errors import InputError
from tests.documents.making import Leaflet, as_docx, as_html, as_pdf, as_text


def an_encrypted_pdf(password: str) -> bytes:
    made = Leaflet()
    made.say("The Lumen study enrolled 48 adults with type 1 diabetes.")
    made.set_encryption(owner_password="owner", user_password=password, permissions=AccessPermission.none())
    return bytes(made.output())


def a_scan() -> bytes:
    made = FPDF()
    made.add_page()
    made.rect(10, 10, 100, 100, style="F")
    return bytes(made.output())


def a_zip_bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 201 * 1024 * 1024)
    return made.getvalue()


def a_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("notes.txt", "words")
    return made.getvalue()


def many_pages(number: int) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(number):
        writer.add_blank_page(100, 100)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "encrypted": (lambda: an_encrypted_pdf("secret"), ".pdf", "It is encrypted. Save it without a password."),
    "cut short": (lambda: as_pdf()[:900], ".pdf", "It is cut short: the mark at its end is missing."),
    "damaged": (lambda: b"%PDF-1.7\n" + b"\x00\xff" * 400 + b"%%EOF", ".pdf", "It is a damaged PDF"),
    "scan": (a_scan, ".pdf", "It has no text that can be seen: it is a scan"),
    "many pages": (lambda: many_pages(2_001), ".pdf", "It has 2,001 pages; at most 2,000 are read."),
    "half a DOCX": (lambda: as_docx()[:5000], ".docx", "It is cut short or damaged."),
    "zip bomb": (a_zip_bomb, ".docx", "as a zip bomb does"),
    "any zip": (a_zip, ".docx", "It is a packed file and no DOCX."),
    "a page named PDF": (as_html, ".pdf", "It says that it is pdf and its content is html."),
    "a PDF named text": (as_pdf, ".txt", "It says that it is text and its content is pdf."),
    "an image": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), ".pdf", "It is an image."),
    "a program": (lambda: b"\x7fELF" + bytes(100), "", "It is a program."),
    "old Word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), ".doc", "It is an old Word or Excel file."),
    "bytes": (lambda: b"words\0and more", ".txt", "It holds bytes that no text has."),
    "a table": (lambda: b"a,b\n1,2\n", ".csv", "'.csv' is none of Markdown, HTML, PDF, DOCX and plain text."),
    "empty": (lambda: b" \n ", ".txt", "It is empty."),
    "large": (lambda: b"a" * (MOST_BYTES + 1), ".txt", "at most 52,428,800 are read. Add the parts one by one."),
    "read twice": (lambda: "The clinic’s café is open.".encode().decode("cp1252").encode(), ".txt", "wrong encoding"),
    "lost letters": (lambda: "The caf\ufffd is open.".encode(), ".txt", "Save the original as UTF-8."),
    "no UTF-16": (lambda: b"\xff\xfe\x00\xd8\x00\xd8", ".txt", "It says that it is utf-16, and is not."),
    "a page of scripts": (
        lambda: b"<!doctype html><html><body><script>show()</script></body></html>", ".html", "The page has no text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_named_with_its_remedy(name: str) -> None:
    make, suffix, told = BAD[name]
    data = make()
    with pytest.raises(InputError) as refused:
        read_document(data, detect_media(data, suffix))
    assert told in str(refused.value)
    assert refused.value.remedy


def test_a_pdf_that_is_locked_without_a_password_is_read() -> None:
    data = an_encrypted_pdf("")
    assert "48 adults" in read_document(data, detect_media(data, ".pdf")).blocks[0].text


@pytest.mark.parametrize(
    ("encoding", "guessed"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)]
)
def test_text_of_another_encoding_is_read_and_a_guess_is_noted(encoding: str, guessed: bool) -> None:
    words = (
        f"{as_text().decode()}\n\nThe café of the clinic is “Zoë”; visitors – and others – liked its crème brûlée.\n"
    )
    document = read_document(words.encode(encoding), "text")
    assert any("crème brûlée" in block.text for block in document.blocks)
    assert [note.oddity for note in document.notes] == (["encoding guessed"] if guessed else [])


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [("text/html; charset=utf-8", "html"), ("application/xhtml+xml", "html"), (".htm", "html")],
)
def test_a_server_may_name_the_type(media_type: str, kind: str) -> None:
    assert detect_media(as_html(), media_type) == kind
