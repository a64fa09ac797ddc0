"""Whoever signs a rule reads its sentence and examples; whoever changes one needs no YAML."""

from __future__ import annotations

import pytest

from isletbot.console.rule_entry import read_entry
from tests.answering.triage_data import rule_texts
from tests.console.people import Person, Workplace

FILE, RULE = "e2-care-team.yaml", "E2-jaundice"
PATH = f"/staff/rules/{FILE}/rule/{RULE}/change"
FORM = {
    "means": "Somebody may have a zorbling skin.",
    "match": "my skin is zorbling\nzorbling again\nthe zorbling came back",
    "not": "my skin is fine\nwhat is skin?\nhello",
    "phrases": "zorbling",
    "why": "Seen in the clinic",
}


def propose(person: Person, **changes: str) -> int:
    person.get(PATH)
    return person.post(PATH, **{**FORM, **changes}).status_code


def test_the_page_of_a_file_shows_sentences_and_examples_and_hides_the_phrases(place: Workplace) -> None:
    page = place.person("tom", "viewer").get(f"/staff/rules/{FILE}").text
    assert "Somebody may have yellow skin or eyes, or dark urine." in page
    assert '<li dir="auto">My eyes are yellow</li>' in page
    assert "Was anyone jaundiced after the infusion?" in page
    assert page.index("How it is matched") < page.index("jaundice*")
    assert f'href="{PATH}"' not in page, "a viewer changes nothing"


def test_a_rule_is_proposed_by_its_sentence_examples_and_phrases(place: Workplace) -> None:
    edda = place.person("edda", "editor")
    assert "My eyes are yellow\n" in edda.get(PATH).text
    now = read_entry(rule_texts()[FILE], RULE).lists
    lists = {name: "\n".join(now[name]) for name in ("match", "not", "signs", "unless")}
    lists["match"] += "\nmy scar is zorbling"
    assert propose(edda, **lists) == 200
    assert "Another person has to approve it" in edda.page
    assert "<li>my scar is zorbling</li>" in edda.page
    assert "+      - zorbling" in edda.page
    assert "-    means: Somebody may have yellow skin" in edda.page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"phrases": "zorb("}, "No &#39;)&#39; closes the group"),
        ({"phrases": "Zorbling"}, "messages are read in small letters"),
        ({"match": "zorbling"}, "1 examples under &#39;match&#39;"),
        ({"match": f"{FORM['match']}\nwhat is it?"}, "it must match &#39;what is it?&#39; and does not"),
        ({"not": f"{FORM['not']}\nno zorbling here"}, "it must not match &#39;no zorbling here&#39; and does"),
        ({"phrases": ""}, "Give at least one of them"),
        (FORM, "red flags would get less help"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    place: Workplace, changes: dict[str, str], problem: str
) -> None:
    edda = place.person("edda", "editor")
    assert propose(edda, **changes) == 422
    assert problem in edda.page
    assert "Somebody may have a zorbling skin." in edda.page
