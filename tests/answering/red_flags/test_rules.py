"""Rules are data: every fault in them names the file, the rule, the value and the remedy."""

from __future__ import annotations

import pytest
import yaml

from isletbot.answering.red_flags.rules import TIERS, parse_rules, sign_rules
from isletbot.errors import SettingsError
from tests.answering.triage_data import SAY, rule_texts, shipped, with_rules


def test_shipped_rules_cover_every_tier_and_name_texts_that_exist():
    says = {path.stem for path in SAY.glob("*.txt")}
    for tier in TIERS:
        for rule in shipped().tiers[tier]:
            assert rule.means.endswith("."), rule.id
            assert rule.say in says, rule.id
            if tier in ("E1", "E2", "E3"):
                assert f"{rule.say}-earlier" in says


def test_the_version_names_every_file_and_who_signed_it():
    assert shipped().version.count("unsigned") == len(rule_texts())


def test_signed_files_say_so():
    texts = rule_texts()
    texts["attack.yaml"] = (
        texts["attack.yaml"]
        .replace('signed_by: ""', "signed_by: Dr A")
        .replace('signed_on: ""', "signed_on: 2026-11-20")
    )
    assert "attack.yaml 2 (Dr A, 2026-11-20)" in parse_rules(texts).version


def _changed(change):
    data = yaml.safe_load(rule_texts()["e3-crisis.yaml"])
    change(data)
    return {**rule_texts(), "e3-crisis.yaml": yaml.safe_dump(data)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(tier="E9"), ["E9", "tier must be one of"]),
        (lambda data: data.pop("signed_by"), ["signed_by", "missing"]),
        (lambda data: data.update(rules="none"), ["none", "list"]),
        (lambda data: data["rules"].append("x"), ["'x'", "mapping with an id"]),
        (lambda data: data["rules"][0].update(colour="red"), ["E3-suicide", "colour", "Fields are"]),
        (lambda data: data["rules"][0].update(phrases=["(open"]), ["E3-suicide", "(open", "closes the group"]),
        (lambda data: data["rules"][0].update(phrases=["{nobody} here"]), ["E3-suicide", "{nobody}", "no list"]),
        (lambda data: data["rules"][0].update(phrases=[]), ["E3-suicide", "at least one"]),
        (lambda data: data["rules"][0].pop("means"), ["E3-suicide", "one sentence"]),
        (lambda data: data["rules"][0].update(match=[911]), ["E3-suicide", "911", "quotes"]),
        (lambda data: data["rules"][0].update(phrases=[{"pattern": "a"}]), ["E3-suicide", "example"]),
        (lambda data: data["rules"][0].update(phrases=[{"pattern": "a", "example": "b"}]), ["'b'", "does not find it"]),
        (lambda data: data["rules"][1].update(id="E3-suicide"), ["E3-suicide", "choose another"]),
        (lambda data: data.pop("say"), ["say", "prompts/say/"]),
    ],
)
def test_a_fault_is_named_with_its_remedy(change, words):
    with pytest.raises(SettingsError) as error:
        parse_rules(_changed(change))
    for word in ["prompts/triage/e3-crisis.yaml", *words]:
        assert word in str(error.value)


def test_a_missing_file_is_named():
    texts = rule_texts()
    with pytest.raises(SettingsError, match=r"words\.yaml is missing"):
        parse_rules({name: text for name, text in texts.items() if name != "words.yaml"})
    with pytest.raises(SettingsError, match="no rule of tier attack"):
        parse_rules({name: text for name, text in texts.items() if name != "attack.yaml"})


def test_what_is_not_yaml_is_named():
    with pytest.raises(SettingsError, match=r"attack\.yaml: not YAML"):
        parse_rules({**rule_texts(), "attack.yaml": "rules: ["})
    with pytest.raises(SettingsError, match="must be a mapping"):
        parse_rules({**rule_texts(), "attack.yaml": "- a"})
    words = yaml.safe_load(rule_texts()["words.yaml"])
    del words["frames"]["asking"]
    with pytest.raises(SettingsError, match="asking"):
        parse_rules({**rule_texts(), "words.yaml": yaml.safe_dump(words)})


def test_a_rule_is_certain_unless_its_file_says_otherwise():
    rules = with_rules(certain={"E1": "zorb"}, doubtful={"E3": "glump"})
    by_id = {rule.id: rule for tier in TIERS for rule in rules.tiers[tier]}
    assert (by_id["E1-made"].certain, by_id["E3-made"].certain) == (True, False)
    data = yaml.safe_load(rule_texts()["e3-crisis.yaml"])
    data["rules"].append({"id": "E3-plain", "means": "Made.", "phrases": ["zorb"]})
    parsed = parse_rules({**rule_texts(), "e3-crisis.yaml": yaml.safe_dump(data)})
    assert parsed.tiers["E3"][-1].certain


def test_a_file_is_signed_for_whoever_answers_for_it():
    signed = sign_rules(rule_texts()["attack.yaml"], "anna and bert", "2026-11-20")
    assert "attack.yaml 2 (anna and bert, 2026-11-20)" in parse_rules({**rule_texts(), "attack.yaml": signed}).version
