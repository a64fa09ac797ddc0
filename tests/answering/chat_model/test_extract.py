"""A sentence that a model words must be an extract: less than its quote says, never more and nothing else."""

import pytest

from isletbot.answering.chat_model.extract import find_departure

TEN = (
    "Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent and "
    "used no insulin at day 365."
)
HALF = "In part A of the trial, people got a half dose of zimislecel: 400 million cells in a single infusion."
JUDGED = (
    "The company Vertex judged in January 2024, and again in September 2025, that both deaths were unrelated to it."
)
AUTHORS = "The first author of the paper is T. W. Reichman and the last author is M. R. Rickels."
LISTED = "On 4 October 2026 the trial record listed an enrolment of 52 people for the trial."
DEATHS = "Two people in the trial died: one of cryptococcal meningitis, and one of severe dementia with agitation."
DONORS = "People with donor islets need long-term immunosuppressants, which can have serious side effects, a text says."


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("10 of the 12 people given the full dose of zimislecel used no insulin at day 365.", TEN),
        ("Of the 12 participants who received the full dose, ten used no insulin at day 365.", TEN),
        (
            "People in part A got a half dose of zimislecel.",
            HALF.replace("In part A of the trial, people", "People in part A"),
        ),
        ("The first author of the paper is T. W. Reichman.", AUTHORS),
        ("The trial record listed an enrolment of 52 people on 4 October 2026.", LISTED),
        ("Two people in the trial died.", DEATHS),
    ],
)
def test_an_extract_is_taken(sentence: str, quote: str) -> None:
    assert find_departure(sentence, [quote]) == ""


@pytest.mark.parametrize(
    ("sentence", "quote", "because"),
    [
        ("12 of the 10 people given the full dose used no insulin at day 365.", TEN, "another order"),
        ("10 of the 12 people given the full dose were cured.", TEN, "not in the quotes: cure"),
        ("10 of the 12 people used no insulin at day 365.", TEN, "leaves out 'full'"),
        ("10 of the 12 people given the full dose used insulin at day 365.", TEN, "leaves out 'no'"),
        ("People got a half dose of zimislecel.", HALF, "leaves out 'parta'"),
        ("Both deaths were unrelated to it.", JUDGED, "leaves out"),
        ("The first author of the paper is M. R. Rickels.", AUTHORS, "leaves out"),
        ("The trial record listed an enrolment of 52 people.", LISTED, "leaves out"),
        ("Two people in the trial died of severe dementia.", DEATHS, "leaves out '1'"),
        ("They died of cryptococcal meningitis.", DEATHS, "points nowhere"),
        ("People can have serious side effects, a text says.", DONORS, "of something else"),
        ("The.", TEN, "could be checked"),
    ],
)
def test_a_departure_is_named(sentence: str, quote: str, because: str) -> None:
    assert because in find_departure(sentence, [quote])


def test_two_facts_may_be_joined_and_not_mixed() -> None:
    joined = "Two people in the trial died, and 10 of the 12 people given the full dose used no insulin at day 365."
    assert find_departure(joined, [DEATHS, TEN]) == ""
    assert find_departure("Two people in the trial used no insulin at day 365.", [DEATHS, TEN])
