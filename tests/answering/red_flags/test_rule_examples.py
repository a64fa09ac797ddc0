"""Every rule that ships finds its examples; a rule that does not is refused by name."""

from __future__ import annotations

import pytest
import yaml

from isletbot.answering.red_flags.rule_examples import LEAST, load_rules
from isletbot.errors import SettingsError
from tests.answering.triage_data import rule_texts

FILE = "e3-crisis.yaml"


def changed(**fields: object) -> dict[str, str]:
    data = yaml.safe_load(rule_texts()[FILE])
    data["rules"][0].update(fields)
    return {**rule_texts(), FILE: yaml.safe_dump(data, allow_unicode=True)}


def test_every_rule_that_ships_finds_its_examples_and_no_other():
    rules = load_rules(rule_texts())
    assert all(len(rule.match) >= LEAST <= len(rule.other) for tier in rules.tiers.values() for rule in tier)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"match": ["I keep thinking about dying"]}, "1 examples under 'match'"),
        ({"not": []}, "0 examples under 'not'"),
        ({"match": ["what is zimislecel?"] * 3}, "it must match 'what is zimislecel"),
        ({"not": ["I keep thinking about dying"] * 3}, "it must not match 'I keep thinking about dying'"),
    ],
)
def test_an_example_that_fails_its_rule_is_named_with_file_rule_and_remedy(fields, said):
    with pytest.raises(SettingsError) as error:
        load_rules(changed(**fields))
    assert str(error.value).startswith(f"prompts/triage/{FILE}: rule E3-suicide: ")
    assert said in str(error.value)
    assert any(remedy in str(error.value) for remedy in ("Give at least", "Add a phrase", "Narrow a phrase"))


def test_no_line_of_the_rules_is_longer_than_a_screen():
    assert [name for name, text in rule_texts().items() if max(map(len, text.splitlines())) > 120] == []
