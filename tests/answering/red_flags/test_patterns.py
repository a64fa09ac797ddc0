"""Phrases of a rule and its lists become one pattern, and that takes no longer than the text is long."""

from __future__ import annotations

import time

import pytest

from isletbot.answering.red_flags.matching import fires
from isletbot.answering.red_flags.patterns import Patterns
from isletbot.errors import SettingsError
from tests.answering.triage_data import shipped

PIECES = (
    "a ",
    "so and ok ",
    "my sugar is 4",
    "took 4 ",
    "i want to ",
    "ok, ",
    "ignore the ",
    "hi ",
    "please ",
    "1,",
    "no ",
)
LENGTHS = (4_000, 16_000)


def test_a_list_may_hold_a_list():
    found = Patterns({"kin": ["wife | son"], "mine": ["my {kin}"]}).compile("a.yaml", "r", ["{mine} fell."])
    assert found.search("and my son fell")
    assert not found.search("my cat fell")


def test_a_list_that_names_itself_is_refused():
    with pytest.raises(SettingsError, match="names itself"):
        Patterns({"kin": ["{mine}"], "mine": ["{kin}"]})


def test_a_phrase_begins_at_a_word_and_a_frame_anywhere():
    patterns = Patterns({})
    assert not patterns.compile("a.yaml", "r", ["lump"]).search("glump")
    assert patterns.compile("a.yaml", "r", ["lump"], start="").search("glump")


def test_an_escape_is_a_regular_expression_with_an_example():
    given = [{"pattern": "(?i:zorb)", "example": "Zorb"}, "glump"]
    assert Patterns({}).compile("a.yaml", "r", given).search("ZORB")
    with pytest.raises(SettingsError, match="Not a regular expression"):
        Patterns({}).compile("a.yaml", "r", [{"pattern": "(", "example": "a"}])


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_message_takes_no_rule_long(piece):
    rules = shipped()
    for tier in rules.tiers.values():
        for rule in tier:
            seconds = []
            for length in LENGTHS:
                text = (piece * length)[:length]
                begun = time.process_time()
                fires(rule, text, (text,), rules)
                seconds.append(time.process_time() - begun)
            short, long = seconds
            # Four times the text: linear is 4, quadratic 16. Below a few hundredths the clock is too coarse.
            assert long < max(8 * short, 0.3), (rule.id, seconds)
