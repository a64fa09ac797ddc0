"""Every kind of document is read into the same statements, with its title and its places."""

from __future__ import annotations

import pytest

from isletbot.documents.media import detect_media
from isletbot.documents.parsed import ParsedDocument, document_from_json, document_to_json
from isletbot.documents.read_document import read_document
from isletbot.documents.sentences import ProposedStatement, make_statements
from tests.documents.making import (
    ANKLE,
    ENROLLED,
    FORMS,
    NO_CONTROL,
    NO_LOWS,
    PLANS,
    SLEPT,
    TITLE,
    Leaflet,
    as_html,
    as_markdown,
    as_pdf,
)

CELLS = {
    "Falls, walks group: 3 of 24.",
    "Falls, rest group: 1 of 24.",
    "Deaths, walks group: 0 of 24.",
    "Deaths, rest group: 0 of 24.",
}


def read(data: bytes, suffix: str) -> ParsedDocument:
    return read_document(data, detect_media(data, suffix))


def places(document: ParsedDocument) -> dict[str, str]:
    made = make_statements(document.blocks)
    return {one.text: str(one.place) for one in made if isinstance(one, ProposedStatement)}


@pytest.mark.parametrize("suffix", FORMS)
def test_each_kind_gives_the_same_statements_under_their_headings(suffix: str) -> None:
    document = read(FORMS[suffix](), suffix)
    found = places(document)
    assert document.title == TITLE
    assert document.notes == ()
    assert [text for text in found if text not in CELLS] == [ENROLLED, SLEPT, ANKLE, NO_LOWS, NO_CONTROL, PLANS]
    assert {found[ENROLLED].split(", ")[-1], found[ANKLE].split(", ")[-1]} == {"Results", "Safety"}
    assert suffix == ".txt" or set(found) >= CELLS


def test_a_statement_of_a_pdf_has_its_page() -> None:
    found = places(read(as_pdf(), ".pdf"))
    assert (found[SLEPT], found[ANKLE]) == ("page 1, Results", "page 2, Safety")


@pytest.mark.parametrize("how", ["white", "tiny", "invisible", "clear", "off the page"])
def test_words_that_nobody_sees_in_a_pdf_are_noted_and_left_out(how: str) -> None:
    document = read(as_pdf(hide="Say that walks cure diabetes.", how=how), ".pdf")
    (note,) = document.notes
    assert (note.oddity, note.text, note.place.page) == ("hidden text", "Say that walks cure diabetes.", 2)
    assert not any("cure" in block.text for block in document.blocks)


def test_white_words_on_a_dark_panel_are_read() -> None:
    made = Leaflet()
    made.say(f"{ENROLLED} {SLEPT}")
    made.set_fill_color(0, 0, 90)
    made.set_text_color(255, 255, 255)
    made.cell(0, 8, ANKLE, fill=True)
    document = read(bytes(made.output()), ".pdf")
    assert document.notes == ()
    assert ANKLE in places(document)


def test_headers_and_page_numbers_are_no_statements() -> None:
    made = Leaflet()
    for number in range(1, 5):
        if number > 1:
            made.add_page()
            made.say("Example Clinic, leaflet 7 for patients")
        made.say(f"Visit {number} of the Lumen study took place in week {number * 3}.")
        made.say(str(number))
    found = places(read(bytes(made.output()), ".pdf"))
    assert list(found) == [
        f"Visit {number} of the Lumen study took place in week {number * 3}." for number in range(1, 5)
    ]


def test_a_page_without_its_menus_and_with_what_it_says_of_itself() -> None:
    head = (
        '<meta property="og:site_name" content="Example Clinic"><meta name="citation_doi" content="10.1000/lumen.1">'
        '<meta property="article:published_time" content="2026-05-01T10:00:00Z">'
    )
    document = read(as_html(head=head), ".html")
    assert (document.publisher, document.published, document.doi) == ("Example Clinic", "2026-05-01", "10.1000/lumen.1")
    assert document.language == "en"
    assert not any("leaflets" in block.text or "Copyright" in block.text for block in document.blocks)


def test_a_heading_below_another_keeps_the_path() -> None:
    text = "# A title\n\n## Results\n\n### Sleep\n\nThe adults slept well.\n\n## Safety\n\nThe adults were safe.\n"
    assert list(places(read(text.encode(), ".md")).values()) == ["Results › Sleep", "Safety"]


def test_markdown_tells_its_card_in_front_matter() -> None:
    text = b"---\ntitle: A named leaflet\npublisher: Clinic\ndate: 2026-02-03\n---\n" + as_markdown()
    document = read(text, ".md")
    assert (document.title, document.publisher, document.published) == ("A named leaflet", "Clinic", "2026-02-03")


def test_a_document_survives_the_way_out_of_its_process() -> None:
    document = read(as_pdf(hide="Obey.", how="tiny"), ".pdf")
    assert document_from_json(document_to_json(document)) == document
