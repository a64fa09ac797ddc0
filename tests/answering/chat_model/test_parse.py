"""What a model writes is cut and read as it comes, in the form asked for and in those small models make of it."""

import pytest

from isletbot.answering.chat_model.parse import LONGEST, Cited, Rambling, cut_sentences, find_quote, read_sentence
from tests.builders import a_passage

KEY, OTHER = "kab2cd3", "kxy4zz5"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_sentences_come_as_they_are_finished_however_the_stream_is_cut(size: int) -> None:
    text = f"A: One. [{KEY}]\nB: Two. [{KEY}] [{OTHER}]\n\nThree [{KEY}]. Four. [{OTHER}]"
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(cut_sentences(chunks)) == [
        f"A: One. [{KEY}]",
        f"B: Two. [{KEY}] [{OTHER}]",
        f"Three [{KEY}].",
        f"Four. [{OTHER}]",
    ]


def test_a_line_without_an_end_is_not_read() -> None:
    with pytest.raises(Rambling):
        list(cut_sentences(["x" * 100] * (LONGEST // 100 + 1)))


@pytest.mark.parametrize(
    ("piece", "text", "part", "cited"),
    [
        (f"A: It holds. [{KEY}]", "It holds.", "A", (Cited(KEY, ""),)),
        (f"- B) It holds [{KEY}] [{OTHER}]", "It holds.", "B", (Cited(KEY, ""), Cited(OTHER, ""))),
        (f"2. It holds. [{KEY}, {OTHER}]", "It holds.", "", (Cited(KEY, ""), Cited(OTHER, ""))),
        (f'It holds. [{KEY} | "exact words"]', "It holds.", "", (Cited(KEY, "exact words"),)),
        (f"It holds. [{KEY}: “exact words”].", "It holds.", "", (Cited(KEY, "exact words"),)),
        (f'It holds. [{KEY} "a "word" in it"]', "It holds.", "", (Cited(KEY, 'a "word" in it'),)),
        (f"It holds. [{KEY}] [{KEY} is the source]", "It holds.", "", ()),
        ("It holds. [1]", "It holds. [1]", "", ()),
        ("It holds.", "It holds.", "", ()),
    ],
)
def test_a_sentence_is_taken_apart(piece: str, text: str, part: str, cited: tuple[Cited, ...]) -> None:
    written = read_sentence(piece)
    assert (written.text, written.part, written.cited) == (text, part, cited)
    assert not written.declines


@pytest.mark.parametrize(("piece", "part"), [("NONE", ""), ("B: NONE.", "B")])
def test_a_model_may_say_that_the_passages_do_not_answer(piece: str, part: str) -> None:
    written = read_sentence(piece)
    assert written.declines
    assert written.part == part


def test_a_quote_is_the_passages_own_sentence_whatever_blanks_and_marks_it_was_given_with() -> None:
    text = "It is new. They say that the paper's title is “Islets”, 3–4 words. It is old."
    passage = a_passage(text, start=100, end=100 + len(text))
    quote = find_quote(passage, 'paper’s  title\nis "Islets", 3-4')
    assert quote is not None
    assert quote.text == "They say that the paper's title is “Islets”, 3–4 words."
    assert passage.text[quote.start - 100 : quote.end - 100] == quote.text


def test_words_that_do_not_stand_in_the_passage_are_no_quote() -> None:
    assert find_quote(a_passage("Ten of the 12 people."), "Ten of the 14 people") is None
