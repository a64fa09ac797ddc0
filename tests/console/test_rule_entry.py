"""One rule is taken out of its file and put back; nothing else of the file changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.console.rule_entry import cut_rule, put_entry, raise_version, read_entry
from isletbot.errors import InputError
from tests.answering.triage_data import rule_texts

FILE = "e2-care-team.yaml"


@pytest.mark.parametrize("file", [name for name in rule_texts() if name != "words.yaml"])
def test_a_rule_put_back_unchanged_is_the_same_rule(file: str) -> None:
    text = rule_texts()[file]
    before = yaml.safe_load(text)["rules"]
    for rule in before:
        assert cut_rule(text, rule["id"]).lstrip().startswith(f"- id: {rule['id']}\n")
        again = yaml.safe_load(put_entry(text, read_entry(text, rule["id"])))
        assert again["rules"] == before


def test_a_changed_rule_changes_its_own_lines_and_the_version() -> None:
    text = rule_texts()[FILE]
    entry = read_entry(text, "E2-jaundice")
    match = (*entry.lists["match"], "my tongue has gone yellow")
    lists = {**entry.lists, "match": match, "signs": (*entry.lists["signs"], "tongue ~2 yellow")}
    changed = put_entry(text, replace(entry, means="Somebody is yellow.", lists=lists))
    rules = {rule.id: rule for rule in load_rules({**rule_texts(), FILE: changed}).tiers["E2"]}
    assert rules["E2-jaundice"].means == "Somebody is yellow."
    assert rules["E2-jaundice"].match == match
    assert not rules["E2-jaundice"].certain
    others = [
        block.replace('version: "2.1"', "version: 2") for block in changed.split(cut_rule(changed, "E2-jaundice"))
    ]
    assert "".join(others) == "".join(text.split(cut_rule(text, "E2-jaundice")))


def test_each_change_counts_the_version_on() -> None:
    first = raise_version("version: 2\nsigned_by: x\n")
    assert first == 'version: "2.1"\nsigned_by: x\n'
    assert raise_version(first) == 'version: "2.2"\nsigned_by: x\n'
    assert raise_version("version: 2-lakeside\n") == 'version: "2-lakeside.1"\n'


def test_a_rule_that_is_not_there_or_holds_a_regular_expression_is_not_for_the_form() -> None:
    with pytest.raises(InputError, match="There is no rule 'E2-none'"):
        read_entry(rule_texts()[FILE], "E2-none")
    with pytest.raises(InputError, match="holds a regular expression"):
        read_entry("rules:\n  - id: A\n    phrases:\n      - pattern: a\n        example: a\n", "A")
