"""A dose in figures is found in the units of any medicine and of the corpus, and a percentage beside its medicines."""

from __future__ import annotations

import pytest

from isletbot.answering.doses import names_dose
from isletbot.corpus import StudyWords
from tests.study_words import STUDY

OTHER = StudyWords(medicines=("allopurinol",), dose_units=("sachets",))


@pytest.mark.parametrize(
    ("text", "study", "found"),
    [
        ("Each got 800,000,000 cells.", STUDY, True),
        ("Each got 0.8 × 10^9 of them.", StudyWords(), True),
        ("They took 20 units a day.", StudyWords(), True),
        ("They took 2.5 mg.", StudyWords(), True),
        ("They cut their insulin by 92%.", STUDY, True),
        ("92 % less insulin was needed.", STUDY, True),
        ("In 92% it worked. Insulin stayed the same.", STUDY, False),
        ("Of 12 people, 10 used no insulin.", STUDY, False),
        ("They cut their allopurinol by half, to 50%.", OTHER, True),
        ("They drank 3 sachets.", OTHER, True),
        ("They drank 3 sachets.", STUDY, False),
        ("Insulin fell by 92%.", OTHER, False),
        ("The stone was 5 mm wide in 92%.", StudyWords(), False),
    ],
)
def test_a_dose_in_figures_is_found(text: str, study: StudyWords, found: bool) -> None:
    assert names_dose(text, study) is found
