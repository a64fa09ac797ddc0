"""One invented study as a document of each kind, with room for whatever a test wants to hide in it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from docx import Document
from docx.shared import Pt, RGBColor
from fpdf import FPDF
from fpdf.enums import TextMode

from isletbot.documents.add_document import DocumentLibrary
from isletbot.documents.card import CardDetails
from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.documents.read_document import read_document

TITLE = "The Lumen study of evening walks"
ENROLLED = "The Lumen study enrolled 48 adults with type 1 diabetes at two hospitals."
SLEPT = "In the Lumen study, 31 of 48 adults slept better after 12 weeks of evening walks."
ANKLE = "Two adults in the Lumen study sprained an ankle during evening walks."
NO_LOWS = "The Lumen study recorded no severe hypoglycaemia in 12 weeks."
NO_CONTROL = "The Lumen study had no control group."
PLANS = "The Lumen team plans a larger study of evening walks in 2028."
SECTIONS: Mapping[str, Sequence[str]] = {
    "Results": (f"{ENROLLED} {SLEPT}",),
    "Safety": (f"{ANKLE} {NO_LOWS}",),
    "Limits": (f"{NO_CONTROL} {PLANS}",),
}
TABLE = (("Event", "Walks group", "Rest group"), ("Falls", "3 of 24", "1 of 24"), ("Deaths", "0 of 24", "0 of 24"))
DETAILS = CardDetails(
    id="lumen", publisher="Example Clinic", published="2026-05-01", url="https://clinic.example/lumen", licence="own"
)
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def a_library(folder: Path, **changes: object) -> DocumentLibrary:
    """Reads in this process, which is faster; `test_isolated_reading` reads in another."""
    return DocumentLibrary(CorpusFolder(folder), lambda: NOW, **{"read": read_document, **changes})  # type: ignore[arg-type]


def as_text(extra: str = "") -> bytes:
    parts = [TITLE, *(part for heading, words in SECTIONS.items() for part in (heading, *words)), extra]
    return "\n\n".join(parts).encode()


def as_markdown(extra: str = "") -> bytes:
    parts = [f"# {TITLE}", *(part for heading, words in SECTIONS.items() for part in (f"## {heading}", *words)), extra]
    rows = "\n".join(f"| {' | '.join(row)} |" for row in (TABLE[0], ("---",) * 3, *TABLE[1:]))
    return "\n\n".join((*parts, rows, "")).encode()


def as_html(extra: str = "", *, raw: str = "", head: str = "") -> bytes:
    """`extra` is shown as a paragraph, `raw` stands in the body as it is."""
    sections = "".join(
        f"<h2>{heading}</h2>" + "".join(f"<p>{escape(one)}</p>" for one in words) for heading, words in SECTIONS.items()
    )
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    shown = f"<p>{escape(extra)}</p>" if extra else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{TITLE} | Clinic</title><meta charset="utf-8">{head}</head>'
        f"<body><nav><a href='/'>Home</a> <a href='/all'>All leaflets</a></nav><main><h1>{TITLE}</h1>{sections}"
        f"{shown}{raw}<table>{table}</table></main><footer>Copyright of the clinic</footer></body></html>"
    ).encode()


def as_docx(extra: str = "", hide: str = "", how: str = "vanish") -> bytes:
    document = Document()
    document.add_paragraph(TITLE, style="Title")
    for heading, words in SECTIONS.items():
        document.add_heading(heading, 1)
        for paragraph in words:
            document.add_paragraph(paragraph)
    if extra:
        document.add_paragraph(extra)
    if hide:
        run = document.add_paragraph().add_run(hide)
        if how == "vanish":
            run.font.hidden = True
        elif how == "white":
            run.font.color.rgb = RGBColor(255, 255, 255)
        else:
            run.font.size = Pt(1)
    table = document.add_table(rows=0, cols=3)
    for row in TABLE:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    return save(document.save)


def save(write: Callable[[io.BytesIO], object]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


class Leaflet(FPDF):
    """Two pages: results on the first, the rest on the second."""

    def __init__(self) -> None:
        super().__init__()
        self.add_page()
        self.say(TITLE, 20, "B")

    def say(self, words: str, size: float = 11, style: str = "") -> None:
        self.set_font("Helvetica", style, size)
        self.multi_cell(0, max(size / 2, 1), words, new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def hide(self, words: str, how: str) -> None:
        if how == "white":
            self.set_text_color(255, 255, 255)
            self.say(words)
            self.set_text_color(0, 0, 0)
        elif how == "tiny":
            self.say(words, 1)
        elif how == "off the page":
            self.set_font("Helvetica", "", 11)
            self.text(5000, 50, words)
        else:
            with self.local_context(**{"text_mode": TextMode.INVISIBLE} if how == "invisible" else {"fill_opacity": 0}):
                self.say(words)


def as_pdf(extra: str = "", hide: str = "", how: str = "white") -> bytes:
    made = Leaflet()
    for number, (heading, words) in enumerate(SECTIONS.items()):
        if number == 1:
            made.add_page()
        made.say(heading, 14, "B")
        for paragraph in words:
            made.say(paragraph)
    if extra:
        made.say(extra)
    if hide:
        made.hide(hide, how)
    made.set_font("Helvetica", "", 11)
    with made.table() as table:
        for row in TABLE:
            cells = table.row()
            for cell in row:
                cells.cell(cell)
    return bytes(made.output())


FORMS: Mapping[str, Callable[..., bytes]] = {
    ".txt": as_text,
    ".md": as_markdown,
    ".html": as_html,
    ".docx": as_docx,
    ".pdf": as_pdf,
}
