"""The last reply is read back from its text: what the index knows of it, with its quotes and numbers."""

from __future__ import annotations

from datetime import date

import pytest

from isletbot.answering.recall import Recalled, recall_reply
from isletbot.types import ApprovedAnswer, Quote, Sentence
from tests.builders import DEATHS, INDEPENDENCE, OPENINGS, PROGRAMME, a_passage, a_source

OFF = a_passage(INDEPENDENCE, say="Ten of the 12 used no insulin a year on.", again="Of these, ten used none.")
DIED = a_passage(DEATHS)
FOLLOWED = a_passage(PROGRAMME, source=a_source(id="release", evidence="company_release"))
PASSAGES = (OFF, DIED, FOLLOWED)


def quote(passage: object) -> Quote:
    assert isinstance(passage, type(OFF))
    return Quote(passage.key, passage.text, passage.start, passage.end)


BOTH = Sentence("Ten of the 12 came off insulin; they were followed for one year.", (quote(OFF), quote(FOLLOWED)))
GONE = Sentence("It was withdrawn.", (Quote("gone", "It was withdrawn.", 0, 17),))
ANSWER = ApprovedAnswer("off", ("who?",), (BOTH, GONE), "Al", "Bo", *(date(2026, 11, 20),) * 3)


def recall(text: str) -> Recalled:
    return recall_reply(text, (ANSWER,), PASSAGES, OPENINGS)


@pytest.mark.parametrize("said", [OFF.text, OFF.say, OFF.again])
def test_a_statement_is_known_in_each_of_its_forms(said: str) -> None:
    found = recall(f"{said} [1]\n\nGeneral information, not medical advice.")
    assert found == Recalled((Sentence(said, (quote(OFF),)),), {1: "paper"})


def test_sentences_keep_their_order_and_their_sources_their_numbers() -> None:
    found = recall(f"{DIED.text} [1] {BOTH.text} [1][2] {FOLLOWED.text} [2]")
    assert [sentence.text for sentence in found.sentences] == [DIED.text, BOTH.text, FOLLOWED.text]
    assert found.sentences[1].quotes == BOTH.quotes
    assert found.numbers == {1: "paper", 2: "release"}
    assert found.keys == (DIED.key, OFF.key, FOLLOWED.key)


def test_what_the_house_says_before_a_sentence_is_left_out() -> None:
    assert recall(f"Ask your doctor.\n\nIn general: {DIED.text} [3]") == Recalled(
        (Sentence(DIED.text, (quote(DIED),)),), {3: "paper"}
    )


def test_an_opening_is_kept() -> None:
    [sentence] = recall(f"No. {BOTH.text} [1][2]").sentences
    assert sentence == Sentence(f"No. {BOTH.text}", BOTH.quotes, opening="No.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You are welcome.",
        "My sources do not answer this.",
        f"{DEATHS}",
        "It cures everybody. [1]",
        f"{GONE.text} [1]",
    ],
)
def test_what_no_source_says_any_more_is_not_known(text: str) -> None:
    assert recall(text) == Recalled()


def test_a_list_of_sources_below_the_reply_does_no_harm() -> None:
    text = f"{DIED.text} [1]\n\nSources:\n[1] Islets, A Journal. “{DEATHS}”\n[2] Another. “{PROGRAMME}”"
    assert [sentence.text for sentence in recall(text).sentences] == [DIED.text]
