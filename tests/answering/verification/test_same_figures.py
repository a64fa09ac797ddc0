import pytest

from isletbot.answering.verification.figures import find_figure_problem
from isletbot.answering.verification.ledger import judge_claim
from isletbot.answering.verification.same_figures import write_figures_alike


def name_new_number(sentence: str, said: str) -> str:
    """The number that the quotes do not have."""
    found = find_figure_problem(sentence, said)
    assert found is not None
    assert found.kind == "new_number"
    return found.words[0]


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("83.0% or 83 percent or 83 per cent or 83 %", "83% or 83% or 83% or 83%"),
        ("83,3 % of them", "83.3% of them"),
        ("0.050 and 5.50 and 0.05", "0.05 and 5.5 and 0.05"),
        ("800 million, 800,000,000 and 0.8 billion", "800000000, 800000000 and 800000000"),
        ("one million, two thousand", "1000000, 2000"),
        ("1,000 people", "1000 people"),
        ("“10” of the ‘12’", "10 of the 12"),
        ('"ten" of the "12%"', "ten of the 12%"),
        ("on 20.06.2025 at 10.1056/NEJMoa2506549", "on 20.06.2025 at 10.1056/NEJMoa2506549"),
        ("days 1, 2,3 and 4,567,89", "days 1, 2.3 and 4,567,89"),
        ("part 2.0.0", "part 2.0.0"),
        ("a million cells", "a million cells"),
        ("don't say 'yes' to 12", "don't say 'yes' to 12"),
    ],
)
def test_each_figure_gets_its_one_form_and_what_is_none_stays(written: str, alike: str) -> None:
    assert write_figures_alike(written) == alike
    assert write_figures_alike(alike) == alike


SAID = "Ten of the 12 patients (83%) stopped insulin after 800 million cells."


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("83.0% of patients stopped insulin.", "supported"),
        ("83 percent of patients stopped insulin.", "supported"),
        ("83 per cent of patients stopped insulin.", "supported"),
        ("83.3% of patients stopped insulin.", "unsupported"),
        ("830% of patients stopped insulin.", "unsupported"),
        ("“10” of the ‘12’ patients stopped insulin.", "supported"),
        ("“11” of the ‘12’ patients stopped insulin.", "unsupported"),
        ("Patients stopped insulin after 800,000,000 cells.", "supported"),
        ("Patients stopped insulin after 80,000,000 cells.", "unsupported"),
        ("Patients stopped insulin after 800 cells.", "unsupported"),
    ],
)
def test_a_claim_is_held_to_the_figure_and_not_to_its_writing(claim: str, outcome: str) -> None:
    assert judge_claim(claim, [SAID]).outcome == outcome


def test_a_decimal_comma_is_a_point() -> None:
    assert find_figure_problem("83,3 % of them", "83.3% of them") is None
    assert name_new_number("83,3 % of them", "83% of them") == "83.3 %"
    assert name_new_number("83,300 of them", "83.3% of them") == "83300"


def test_a_count_of_millions_is_of_cells_whether_or_not_it_says_so() -> None:
    assert find_figure_problem("800 million cells", "a dose of 800,000,000") is None
    assert name_new_number("12 cells", "12 weeks") == "12 cell"
