"""Whether a rule fires: found, in whose mouth, and not excepted."""

from __future__ import annotations

import pytest
import yaml

from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.rules import Rules, Tier, parse_rules
from tests.answering.triage_data import FILES, rule_texts, shipped


def made(tier: Tier, **fields: object) -> Rules:
    """The rules that ship, but for this tier, which has one rule of these fields."""
    data = yaml.safe_load(rule_texts()[FILES[tier]])
    data["rules"] = [{"id": f"{tier}-made", "means": "Made.", **fields}]
    others = {name: text for name, text in rule_texts().items() if yaml.safe_load(text).get("tier") != tier}
    return parse_rules({**others, FILES[tier]: yaml.safe_dump(data)})


def fires(rules: Rules, text: str, *earlier: str, tier: Tier = "E2") -> bool:
    return first_rule(tier, text, (*earlier, text), rules) is not None


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("i have glumps", True),
        ("my son has glumps", True),
        ("glumps right now", True),
        ("glumps all over", True),
        ("what are glumps?", False),
        ("did people in the trial have glumps?", False),
        ("what are glumps? i have glumps", True),
    ],
)
def test_a_sign_counts_when_someone_has_it_not_when_asked_about(text, fired):
    assert fires(made("E2", signs=["glumps"]), text) is fired


@pytest.mark.parametrize("text", ["i have glumps", "what if someone wakes up with glumps?", "glumps"])
def test_a_pattern_counts_wherever_it_stands(text):
    assert fires(made("E2", phrases=["glumps"]), text)


def test_a_body_in_general_is_no_emergency_and_a_wish_is_one():
    general = "did the participants have glumps?"
    assert not fires(made("E2", phrases=["glumps"]), general)
    assert fires(made("E3", phrases=["glumps"]), general, tier="E3")


def test_a_rule_begins_at_a_word():
    assert not fires(made("E2", phrases=["lump"]), "my glumps")


def test_an_exception_counts_in_its_own_clause_only():
    rules = made("E2", phrases=["glumps"], unless=["of sugar"])
    assert not fires(rules, "i ate glumps of sugar")
    assert fires(rules, "i have glumps, and a spoon of sugar")
    assert fires(rules, "i had a spoon of sugar. i have glumps")


def test_what_a_rule_needs_may_stand_in_an_earlier_turn():
    rules = made("E2", phrases=["glumps"], **{"with": ["zorb", "this week"]})
    assert not fires(rules, "i have glumps")
    assert not fires(rules, "i have glumps this week", "hello")
    assert fires(rules, "i have glumps this week", "i take zorb")


def test_words_that_ask_are_taken_out_before_the_rule_is_tried():
    rules = made("E2", phrases=["glumps"], without=["what are glumps"])
    assert not fires(rules, "what are glumps")
    assert fires(rules, "what are glumps? my glumps itch")


def test_a_rule_that_does_not_count_leaves_its_place_to_the_next():
    data = yaml.safe_load(rule_texts()["unclear.yaml"])
    data["rules"] = [{**data["rules"][0], "id": name, "phrases": ["glumps"]} for name in ("first", "second")]
    rules = parse_rules({**rule_texts(), "unclear.yaml": yaml.safe_dump(data)})
    found = first_rule("unclear", "my glumps", (), rules)
    second = first_rule("unclear", "my glumps", (), rules, lambda rule: rule.id != "first")
    assert found is not None
    assert second is not None
    assert (found.id, second.id) == ("first", "second")
    assert first_rule("unclear", "my glumps", (), rules, lambda rule: False) is None


def test_no_rule_fires_on_a_plain_question():
    assert all(first_rule(tier, "who paid for the trial?", (), shipped()) is None for tier in ("E1", "E3", "E2"))
