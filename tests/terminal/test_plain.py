import pytest

from isletbot.terminal.plain import HEADINGS, format_answer, get_said
from isletbot.types import Kind, Notice
from tests.scripted import NOTICE, STANDING, WORDS, an_answer


def test_an_answer_shows_its_sentences_then_its_sources_then_its_notices() -> None:
    text = format_answer(an_answer(), width=200)
    parts = [
        f"{WORDS} [1]",
        "[1] Stem Cell-Derived",
        "New England",
        f"Results: “{WORDS}”",
        "https://doi.org",
        NOTICE.text,
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", sorted(HEADINGS))
def test_every_kind_is_named_in_words_but_small_talk(kind: Kind) -> None:
    text = format_answer(an_answer(kind))
    assert HEADINGS[kind].upper() in text
    assert (NOTICE.text in text) == (kind != "urgent")
    assert STANDING.text not in text


def test_notices_are_said_once() -> None:
    stale = Notice("source-due-for-review", "This source is due for review.")
    answer = an_answer(text=f"{WORDS} [1]\n\n{stale.text}\n\n{NOTICE.text}", notices=(stale, NOTICE, STANDING))
    assert get_said(answer) == f"{WORDS} [1]"
    assert format_answer(answer, width=200).count(stale.text) == 1


def test_questions_the_corpus_answers_are_offered_when_it_did_not_answer() -> None:
    assert "How many people could stop insulin?" in format_answer(an_answer("not_in_corpus"))
    assert "You could ask" not in format_answer(an_answer("urgent"))


def test_a_question_that_the_text_names_already_is_not_offered_again() -> None:
    said = "The sources can answer: How many people could stop insulin?"
    assert "You could ask" not in format_answer(an_answer("not_in_corpus", said))


def test_lines_keep_to_the_width() -> None:
    lines = format_answer(an_answer(), width=60).splitlines()
    assert all(len(line) <= 60 for line in lines if "http" not in line)
