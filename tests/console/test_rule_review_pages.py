"""The first page tells which rules of triage changed, in sentences and examples, until an approver signs them off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.answering.red_flags.rules import Rules
from isletbot.console.rule_differences import describe_difference
from isletbot.console.rule_review import RuleReviewDesk, summarise_rules
from isletbot.curation.rule_changes import RuleChange
from isletbot.curation.rule_reviews import RuleReview, RuleSummary, compare_rules
from isletbot.prompts import load_prompts
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_rule_changes import SqlRuleChanges
from isletbot.storage.sql_rule_reviews import SqlRuleReviews
from tests.console.people import Person, Workplace, a_workplace
from tests.kept import NOW
from tests.server.contexts import PROMPTS

FILE = "e2-care-team.yaml"
UNREAD = "/staff/rules/unread"
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
RULE = RuleSummary(
    "E1-x", "e1.yaml", "E1", "Somebody faints.", ("I faint", "she fainted"), ("faint line",), "urgent", True, "d1"
)


def shipped() -> dict[str, str]:
    prompts = load_prompts(PROMPTS, emergency="911", crisis="988", contact="the clinic")
    return dict(prompts.folder("triage"))


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(shipped())


def of_release_before(rules: Rules) -> tuple[RuleSummary, ...]:
    """One rule less, one more, one in other words."""
    known = [each for each in summarise_rules(rules) if each.id != "E1-unconscious"]
    first = next(each for each in known if each.tier == "E3")
    changed = replace(first, means="Somebody spoke of death.", match=(*first.match[1:], "I wrote my will"))
    gone = replace(RULE, id="E2-gone", tier="E2", means="Somebody has a blue toe.", match=("my toe is blue",))
    return (*(changed if each is first else each for each in known), gone)


@pytest.fixture
def upgraded(tmp_path: Path, rules: Rules) -> Iterator[Workplace]:
    """A server whose records were kept by the release before."""
    records = SqlRecords.open(None, tmp_path)
    SqlRuleReviews(records.database).keep_review(RuleReview("anna", NOW - timedelta(days=9), of_release_before(rules)))
    workplace = a_workplace(tmp_path, records=records)
    yield workplace
    records.close()


def test_the_first_start_shows_no_change(place: Workplace) -> None:
    edda = place.person("edda")
    edda.get("/staff/")
    assert "Nothing waits for you." in edda.page
    assert "nothing changed" in edda.get(UNREAD).text


def test_after_a_new_release_the_first_page_has_each_change_as_a_sentence_with_examples(upgraded: Workplace) -> None:
    edda = upgraded.person("edda")
    page = edda.get("/staff/").text
    assert "Rules that changed since they were signed off" in page
    for words in (
        "Somebody does not respond or does not answer.",
        "My wife is not responding",
        "The clinic is not answering the phone",
        "Somebody has a blue toe.",
        "my toe is blue",
        "Somebody thinks of death, says goodbye for good or gives belongings away.",
        "Somebody spoke of death.",
        "I keep thinking about dying",
        "I wrote my will",
    ):
        assert words in page, words
    assert page.index("my toe is blue") < page.index("Somebody spoke of death.") < page.index("My wife is not")
    assert "(?" not in page.split("Rules that changed")[1], "a pattern is shown"
    assert 'class="count">3<span' in page


def test_an_approver_signs_off_what_was_read_and_then_it_is_shown_no_more(upgraded: Workplace) -> None:
    edda, anna = upgraded.person("edda", "editor"), upgraded.person("bert", "approver")
    edda.get(UNREAD)
    assert "sign them off</button>" not in edda.page
    assert edda.post(UNREAD, digest="x").status_code == 403
    anna.get(UNREAD)
    assert "Since anna signed the rules off" in anna.page
    assert sign_off(anna) == 200
    assert "Signed off." in anna.page
    assert "nothing changed" in anna.get(UNREAD).text
    assert "Since bert signed the rules off" in anna.page
    assert "blue toe" not in edda.get("/staff/").text
    assert upgraded.tail("rules") == ["bert rules.signed-off"]


def sign_off(person: Person) -> int:
    return person.post(UNREAD, **{key: value for key, value in person.hidden().items() if key == "digest"}).status_code


def test_rules_that_changed_while_they_were_read_are_not_signed_off(upgraded: Workplace) -> None:
    bert = upgraded.person("bert", "approver")
    bert.get(UNREAD)
    assert bert.post(UNREAD, digest="f" * 32).status_code == 422
    assert "The rules changed while you read them." in bert.page
    assert upgraded.tail("rules") == []


def propose(records: SqlRecords) -> SqlRuleChanges:
    text = shipped()[FILE]
    new = text.replace("version: 2\n", "version: 2.1\n", 1).rstrip() + NEW_RULE
    changes = SqlRuleChanges(records.database)
    changes.propose_change(RuleChange("c1", FILE, new, text, "Seen in March", ("zorbling",), "anna", NOW))
    return changes


def test_what_two_people_of_the_clinic_changed_is_told_to_the_others(tmp_path: Path, rules: Rules) -> None:
    records = SqlRecords.open(None, tmp_path)
    SqlRuleReviews(records.database).keep_review(RuleReview("", NOW, summarise_rules(rules)))
    propose(records).decide_change("c1", "approved", "bert", NOW, "")
    page = a_workplace(tmp_path, records=records).person("dora").get("/staff/").text
    assert "Somebody has a scar that zorbles." in page
    assert "my scar is zorbling" in page
    records.close()


def test_a_change_that_waits_for_a_second_person_stands_on_the_first_page(place: Workplace) -> None:
    propose(place.records)
    carl = place.person("carl")
    assert "Changes of the rules to approve" in carl.get("/staff/").text
    assert "Seen in March" in carl.page
    assert 'class="count">1<span' in carl.page


def test_the_rules_of_the_first_start_are_kept_once(place: Workplace, rules: Rules) -> None:
    reviews = SqlRuleReviews(place.records.database)
    kept = reviews.find_latest_review()
    assert kept is not None
    assert kept.rules == summarise_rules(rules)
    RuleReviewDesk(reviews, lambda: rules).begin(NOW + timedelta(days=1))
    assert reviews.find_latest_review() == kept


def test_what_is_different_about_a_rule_is_told_in_words() -> None:
    now = replace(
        RULE, tier="E2", match=("I faint", "he fell"), other=(), say="urgent-care-team", certain=False, matching="d2"
    )
    (difference,) = compare_rules([RULE], [now])
    item = describe_difference(difference, "/staff/rules/e1.yaml")
    assert (item.words, item.tag, item.grave) == ("Somebody faints.", "changed", True)
    assert {each.label: each.texts for each in item.details} == {
        "Rule": ("E1-x: finds a reason to call the care team",),
        "Found before": ("an emergency",),
        "Must find now too": ("he fell",),
        "Need not find any more": ("she fainted",),
        "May find now": ("faint line",),
        "Replies with": ("urgent-care-team, before urgent",),
        "Counts": ("only where the classifier sees danger too",),
        "Matched by": ("other phrases than before",),
    }


def test_other_phrases_alone_are_a_change_and_show_the_examples_that_stay() -> None:
    (difference,) = compare_rules([RULE], [replace(RULE, matching="d2")])
    item = describe_difference(difference, "/staff/rules/e1.yaml", most=1)
    assert [each.label for each in item.details] == ["Rule", "Matched by", "Still finds", "Still does not find"]
    assert item.details[2].texts == ("I faint",)
    assert compare_rules([RULE], [RULE]) == ()
