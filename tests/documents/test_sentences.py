from __future__ import annotations

import pytest

from isletbot.documents.parsed import DocumentBlock, Place
from isletbot.documents.sentences import LeftOutSentence, ProposedStatement, make_statements, split_sentences
from isletbot.documents.table_sentences import read_table


def statements(*texts: str, **changes: object) -> list[str]:
    made = make_statements([DocumentBlock(text, Place(), **changes) for text in texts])  # type: ignore[arg-type]
    return [one.text for one in made if isinstance(one, ProposedStatement)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One fell. Two rose.", ["One fell.", "Two rose."]),
        ("Smith et al. Reported it.", ["Smith et al. Reported it."]),
        ("It fell by 1.5 points. Dr. Berg agreed.", ["It fell by 1.5 points.", "Dr. Berg agreed."]),
        ("HbA1c (vs. Baseline) fell. [3] Nobody died.", ["HbA1c (vs. Baseline) fell. [3]", "Nobody died."]),
        ("He said “yes.” Then he left.", ["He said “yes.”", "Then he left."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_a_sentence_that_leans_on_the_one_before_stays_with_it() -> None:
    text = "Twelve adults were treated. They used no insulin. Two adults died."
    assert statements(text) == ["Twelve adults were treated. They used no insulin.", "Two adults died."]


def test_a_sentence_that_leans_on_nothing_is_named_and_left_out() -> None:
    (first, other) = make_statements([DocumentBlock("This is remarkable. Twelve adults were treated.", Place(3))])
    assert first == LeftOutSentence("This is remarkable.", Place(3))
    assert other == ProposedStatement("Twelve adults were treated.", Place(3))


def test_a_sentence_is_not_joined_across_headings() -> None:
    blocks = [DocumentBlock("Twelve adults slept.", Place(0, ("A",))), DocumentBlock("They fell.", Place(0, ("B",)))]
    assert [type(one) for one in make_statements(blocks)] == [ProposedStatement, LeftOutSentence]


def test_a_long_statement_is_parted_only_where_the_parts_stand_alone() -> None:
    part = "The group that walked " + "often " * 60 + "slept well"
    assert statements(f"{part}; The group that rested {'often ' * 60}slept badly.")[0] == part
    whole = f"{part}; they also {'often ' * 60}slept badly."
    assert statements(whole) == [whole]


def test_the_same_words_are_one_statement() -> None:
    assert statements("Two adults fell.", "Two adults fell.") == ["Two adults fell."]


def test_a_list_item_is_said_with_the_words_that_lead_to_it() -> None:
    items = [DocumentBlock(text, Place(), "item") for text in ("Adults over 65.", "Children.")]
    blocks = [DocumentBlock("The study excluded:", Place()), *items, DocumentBlock("Nobody left.", Place())]
    made = [one.text for one in make_statements(blocks) if isinstance(one, ProposedStatement)]
    assert made == ["The study excluded: Adults over 65.", "The study excluded: Children.", "Nobody left."]


def test_a_cell_names_its_row_and_its_column() -> None:
    rows = [("Event", "Full dose group", "HbA1c"), ("Serious adverse events", "3 of 12", "6.1%")]
    assert read_table(rows) == (
        "Serious adverse events, full dose group: 3 of 12.",
        "Serious adverse events, HbA1c: 6.1%.",
    )
    assert read_table([("Visits", "12"), ("Weeks", "24")]) == ("Visits: 12.", "Weeks: 24.")
