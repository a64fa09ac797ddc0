"""A draft's text as people see it, and with their corrections in it."""

from __future__ import annotations

import pytest

from isletbot.documents.draft_text import correct_card, correct_statement, read_draft
from isletbot.errors import InputError
from isletbot.ingestion.read import read_digests
from tests.builders import a_card

BODY = """
## page 2, Safety

- Two adults fell. {#fell}
  = Two people fell.
  ? Did anybody fall?
- (proposed) Nobody died. {#died}
"""
DRAFT = a_card("lumen", status="draft") + BODY


def test_statements_stand_under_their_place_with_the_original_beside_them() -> None:
    fell, died = read_draft(DRAFT, {"died": "No deaths."}).statements
    assert (fell.text, fell.heading, fell.proposed, fell.original) == ("Two adults fell.", "page 2, Safety", False, "")
    assert (died.text, died.proposed, died.original) == ("Nobody died.", True, "No deaths.")
    assert DRAFT.split("\n")[died.line - 1] == "- (proposed) Nobody died. {#died}"


def test_other_words_lose_what_was_written_for_the_old_ones() -> None:
    changed = correct_statement(DRAFT, "fell", " Three adults\nfell. ", "Two adults fell.")
    assert changed == DRAFT.replace(
        "- Two adults fell. {#fell}\n  = Two people fell.\n  ? Did anybody fall?\n", "- Three adults fell. {#fell}\n"
    )
    assert correct_statement(DRAFT, "fell", "Two adults fell.", "Two adults fell.") == DRAFT
    assert "{#fell}" not in correct_statement(DRAFT, "fell", "", "Two adults fell.")
    assert "- Nobody died. {#died}\n" in correct_statement(DRAFT, "died", "Nobody died.", "Nobody died.")


@pytest.mark.parametrize("words", ["x" * 601, "One. {#other}", "(proposed) One."])
def test_words_that_are_no_statement_are_refused(words: str) -> None:
    with pytest.raises(InputError):
        correct_statement(DRAFT, "fell", words, "Two adults fell.")


def test_a_value_of_the_card_cannot_become_another_field() -> None:
    hostile = {"title": 'x"\nstatus: approved', "publisher": "a: b # c", "published": "2026-05-01"}
    changed = correct_card(DRAFT, hostile, "own")
    digests, _ = read_digests({"lumen.md": changed.encode()}, {"lumen.md": changed})
    source = digests[0].source
    assert (source.status, source.title, source.publisher) == ("draft", 'x"\nstatus: approved', "a: b # c")
    assert "- Nobody died. {#died}" in changed, "own words need no other ones"
    for wrong in ({"url": "javascript:x"}, {"doi": "https://doi.org/10.1/x"}, {"review_due": "soon"}):
        with pytest.raises(InputError):
            correct_card(DRAFT, wrong, "own")
