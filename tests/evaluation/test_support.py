"""A whole reply is weighed against its passages, sentence by sentence."""

import json
from importlib.resources import files

import numpy as np
import pytest

from isletbot.evaluation.phrasing import split_sentences
from isletbot.evaluation.support import FEATURES, measure_reply
from isletbot.evaluation.support_head import HEAD_FILE, SupportEntailment, parse_head, pool_sentences

PASSAGES = (
    "Dahlias are planted in spring. Plant the tubers when the ground has warmed to 60 degrees. Choose a sunny place.",
    "Water dahlias deeply once a week. Remove side buds for larger flowers.",
)
FAITHFUL = "Plant the tubers in spring when the ground has warmed to 60 degrees.\n* Water deeply once a week."
INVENTED = (
    "Plant the tubers in spring.\n* Fertilize monthly with potassium-rich compost to strengthen fragile stems.\n"
    "* Spray neem oil against aphids and spider mites, which spread mosaic viruses."
)


def shipped() -> str:
    return (files("isletbot.evaluation") / HEAD_FILE).read_text("utf-8")


def the_head() -> SupportEntailment:
    return SupportEntailment(parse_head(shipped()))


def test_a_faithful_reply_is_supported_and_an_invented_one_is_not() -> None:
    faithful, invented = (the_head().judge(reply, PASSAGES) for reply in (FAITHFUL, INVENTED))
    assert (faithful.outcome, invented.outcome) == ("supported", "unsupported")
    assert faithful.score > invented.score
    assert "of 3" in invented.reason.text


def test_a_single_claim_is_held_to_its_figures() -> None:
    judgement = the_head().judge("Plant the tubers when the ground has warmed to 90 degrees.", PASSAGES)
    assert judgement.outcome == "unsupported"
    assert "90" in judgement.reason.text


def test_what_cannot_be_checked_is_neither_true_nor_false() -> None:
    assert the_head().judge("It is so.", PASSAGES).outcome == "unchecked"
    assert the_head().judge("So it is. And so on.", PASSAGES).outcome == "unchecked"
    assert the_head().judge("Plant the tubers.", ["", " "]).outcome == "unsupported"


@pytest.mark.parametrize(
    "reply", ["I do not know.", "I don’t know the answer.", "Sorry, but I don't know.", "We do not know"]
)
def test_who_does_not_know_says_nothing_that_could_be_checked(reply: str) -> None:
    assert the_head().judge(reply, PASSAGES).outcome == "unchecked"
    assert the_head().judge(f"{reply.rstrip('.')} when dahlias bloom on the moon.", PASSAGES).outcome != "unchecked"


FIGURES = ("Of 12 dahlias 83% bloomed, which is 10 of the 12. A field has 800 million petals; the mean was 83.3 days.",)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("83.0% of dahlias bloomed.", "supported"),
        ("83 percent of dahlias bloomed.", "supported"),
        ("84.0% of dahlias bloomed.", "unsupported"),
        ("“10” of the ‘12’ dahlias bloomed.", "supported"),
        ("A field has 800,000,000 petals.", "supported"),
        ("A field has 80,000,000 petals.", "unsupported"),
        ("The mean was 83,3 days.", "supported"),
    ],
)
def test_a_figure_is_the_same_however_it_is_written(claim: str, outcome: str) -> None:
    assert the_head().judge(claim, FIGURES).outcome == outcome


def test_a_reply_that_says_the_passages_do_not_say_is_supported() -> None:
    assert the_head().judge("Unable to answer based on given passages.", PASSAGES).outcome == "supported"


def test_the_same_words_are_measured_the_same_whatever_came_before() -> None:
    first = measure_reply(INVENTED, PASSAGES)
    measure_reply(FAITHFUL, ["Something else."])
    assert np.array_equal(first, measure_reply(INVENTED, PASSAGES))
    assert first.shape == (3, len(FEATURES))


def test_sentences_lines_and_items_are_told_apart() -> None:
    text = "Dr. Smith gave 3.5 mg. It helped.\n1. Rest\n2. Drink water"
    assert split_sentences(text) == ["Dr. Smith gave 3.5 mg.", "It helped.", "1. Rest", "2. Drink water"]


def test_one_bad_sentence_counts_more_than_many_good_ones() -> None:
    assert pool_sentences(np.array([3.0, -4.0, -4.0, -4.0]))[0] == 3.0
    assert pool_sentences(np.array([3.0, -4.0]))[3] > pool_sentences(np.array([-4.0, -4.0]))[3]


def test_weights_for_other_features_are_refused() -> None:
    stored = json.loads(shipped())
    stored["sentence"].pop("size")
    with pytest.raises(ValueError, match="fit_claims"):
        parse_head(json.dumps(stored))


def test_the_weights_say_where_they_come_from() -> None:
    stored = json.loads(shipped())
    assert stored["trained_on"]["licence"] == "MIT"
    assert stored["cross_validation"]["qa_auroc"] >= 0.87
    assert len(shipped()) < 5000
