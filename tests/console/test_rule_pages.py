"""A rule changes only with two people, and never to less safety."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from isletbot.answering.triage import triage_question
from isletbot.console.rule_editor import RuleEditor
from isletbot.curation.rule_changes import RuleChange
from isletbot.errors import InputError
from isletbot.live.rules import LiveRules, read_red_flags
from isletbot.settings import load_settings
from isletbot.types import Question
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.serving import open_rules
from tests.console.people import Person, Workplace
from tests.kept import HOUR, NOW

FILE = "e2-care-team.yaml"
NEW_FLAG = "my scar is zorbling green since tuesday"
NEW_RULE = """
  - id: E2-zorbling
    means: Somebody has a scar that zorbles.
    match:
      - my scar is zorbling
      - zorbling again
      - it is zorbling green
    not:
      - my scar is red
      - what is a scar?
      - my scar has healed
    phrases:
      - zorbling
"""
Forms = dict[str, str]


@pytest.fixture
def live(place: Workplace) -> LiveRules:
    opened = open_rules(load_settings(), open_prompts(load_settings()), place.records.database)
    return LiveRules(opened.shipped, opened.red_flags, opened.changes, lambda: place.clock().timestamp())


def shipped_text(live: LiveRules) -> str:
    return live.shipped[FILE]


def add_rule(text: str) -> str:
    return text.replace("version: 2\n", "version: 2-lakeside\n", 1).rstrip() + NEW_RULE


def a_desk(live: LiveRules, **changes: object) -> RuleEditor:
    desk = RuleEditor(live.shipped, live.red_flags, live.changes, live, lambda: live.trouble)
    return replace(desk, **changes)  # type: ignore[arg-type]


def propose(person: Person, text: str, examples: str = NEW_FLAG) -> int:
    person.get(f"/staff/rules/{FILE}/change")
    return person.post(
        f"/staff/rules/{FILE}/change", text=text, why="Seen in the clinic", examples=examples
    ).status_code


def route(rules: LiveRules, text: str) -> str:
    return triage_question(Question(text), rules()).route


def test_a_new_red_flag_needs_two_people_and_then_holds_within_five_seconds_without_a_restart(
    place: Workplace, live: LiveRules
) -> None:
    editor, anna = place.person("edda", "editor"), place.person("anna", "approver")
    assert route(live, NEW_FLAG) != "urgent"
    assert propose(anna, add_rule(shipped_text(live))) == 200
    change = live.changes.list_changes()[0]
    path = f"/staff/rules/changes/{change.id}"
    assert "+  - id: E2-zorbling" in anna.page
    assert anna.post(f"{path}/approve").status_code == 422
    assert "You proposed this change" in anna.page
    editor.get(path)
    assert editor.post(f"{path}/approve").status_code == 403
    assert route(live, NEW_FLAG) != "urgent"
    bert = place.person("bert", "approver")
    bert.get(path)
    assert bert.post(f"{path}/approve", remark="Agreed").status_code == 200
    place.clock.pass_by(timedelta(seconds=3))
    assert route(live, NEW_FLAG) == "urgent"
    assert f"anna and bert, {NOW:%Y-%m-%d}" in live().version
    assert f"anna and bert, {NOW:%Y-%m-%d}" in bert.get("/staff/rules").text
    assert place.tail("rules") == [f"anna rules.proposed {FILE}", f"bert rules.approved {FILE}"]


@pytest.mark.parametrize(
    ("change", "examples", "problem"),
    [
        (lambda text: text, NEW_FLAG, "The version is still"),
        (lambda text: add_rule(text).replace("- zorbling\n", "- zorb(\n"), NEW_FLAG, "cannot be used"),
        (lambda text: add_rule(text) + "  : [", NEW_FLAG, "not YAML"),
        (lambda text: add_rule(text).replace("tier: E2", "tier: personal"), NEW_FLAG, "tier"),
        (add_rule, "", "There are 0 examples"),
        (add_rule, "what is zimislecel?", "No rule of the file catches"),
        (lambda text: add_rule(text.split("rules:")[0] + "rules:\n"), NEW_FLAG, "red flags would get less help"),
    ],
)
def test_what_is_wrong_or_less_safe_is_not_even_proposed(
    place: Workplace, live: LiveRules, change: object, examples: str, problem: str
) -> None:
    edda = place.person("edda", "editor")
    given = change(shipped_text(live))  # type: ignore[operator]
    assert propose(edda, given, examples) == 422
    assert problem in edda.page
    assert "Seen in the clinic" in edda.page
    assert live.changes.list_changes() == ()


def test_a_careless_pattern_that_never_ends_is_stopped(live: LiveRules) -> None:
    slow = add_rule(shipped_text(live)).replace("- zorbling\n", "- (<a-z >+)~+zorbling\n      - zorbling\n")
    desk = a_desk(live, patience_seconds=8.0)
    with pytest.raises(InputError, match="longer than 8 seconds"):
        desk.propose(FILE, slow, "why", [NEW_FLAG], ("anna", NOW))


def test_a_file_that_changed_meanwhile_is_not_overwritten(live: LiveRules) -> None:
    desk = a_desk(live)
    first = desk.propose(FILE, add_rule(shipped_text(live)), "why", [NEW_FLAG], ("anna", NOW))
    live.changes.propose_change(first)
    second = replace(first, id="second", text=first.text.replace("zorb", "zarb"), examples=("it is zarbling",))
    live.changes.propose_change(second)
    assert live.changes.decide_change(first.id, "approved", "bert", NOW, "")
    with pytest.raises(InputError, match="changed meanwhile"):
        desk.test(second)


def test_what_would_be_less_safe_than_the_release_is_never_in_force(place: Workplace, live: LiveRules) -> None:
    text = re.sub(
        r"rules:.*",
        "rules:\n  - id: E2-none\n    means: None.\n    match: [zorb, zorb a, zorb b]\n    not: [a, b, c]\n"
        "    phrases: [zorb]\n",
        shipped_text(live),
        flags=re.S,
    )
    change = RuleChange("c1", FILE, text, shipped_text(live), "why", ("zorb",), "anna", NOW)
    live.changes.propose_change(change)
    live.changes.decide_change("c1", "approved", "bert", NOW, "")
    replica = open_rules(load_settings(), open_prompts(load_settings()), place.records.database)
    assert "red flags would get less help" in replica.trouble
    assert replica().version == live().version


def test_triage_goes_on_when_the_records_are_away(place: Workplace, live: LiveRules) -> None:
    place.records.close()
    place.records.database.engine.dispose()
    place.clock.pass_by(HOUR)
    assert route(live, "she stopped breathing") == "urgent"


def test_the_red_flags_that_rules_are_held_to_are_the_curated_ones() -> None:
    assert len(read_red_flags(load_settings().red_flags_dir)) > 700
