"""Turns are read once each, and the first that reads as urgent raises the alarm of its likeliest route."""

from __future__ import annotations

from collections import Counter

import pytest

from isletbot.answering.message_classifier import (
    _BOTH,
    TIER,
    MessageClassifier,
    find_alarm,
    measure_urgency,
    read_turns,
)
from isletbot.answering.on_topic import NEAR
from isletbot.inference.scripted import HashEmbeddings
from tests.answering.triage_data import Reading, scores


class Broken(HashEmbeddings):
    def embed(self, texts):
        raise OSError("the disk is gone")


def alarm(*turns, turn=0, last=0, least=0.5):
    return find_alarm(lambda place: turns[place], [turn], last, least)


def test_a_message_is_read_with_the_turn_before_it():
    reading = Reading(wilted=scores(emergency=0.9))
    found = MessageClassifier(reading, reading, 0.5, Counter()).read("grandpa  wilted", "Who paid?")
    assert found["emergency"] == 0.9
    assert reading.texts == ["grandpa wilted | before: Who paid?"]


def test_a_classifier_that_fails_reads_nothing_and_is_counted(caplog):
    failures: Counter[str] = Counter()
    assert MessageClassifier(Reading(), Broken(), 0.5, failures).read("hello", "") == {}
    assert failures == {"classifier": 1}
    assert "the disk is gone" in caplog.text


def test_each_turn_is_read_once_and_only_when_it_is_asked_for():
    reading = Reading()
    read = read_turns(("Did anyone die?", "Who paid?"), MessageClassifier(reading, reading, 0.5, Counter()))
    assert reading.texts == []
    assert read(1) is read(1)
    assert reading.texts == ["Who paid? | before: Did anyone die?"]


def test_without_a_classifier_nothing_is_read():
    assert read_turns(("Who paid?",), None)(0) == {}
    assert alarm({}) is None


@pytest.mark.parametrize("route", TIER)
def test_the_likeliest_urgent_route_names_the_tier(route):
    found = alarm(scores(**{route: 0.7}))
    assert found is not None
    assert (found.route, found.rule) == ("urgent", f"{TIER[route]}-read")
    assert found.reason == f"read as {route}, 0.70"


def test_urgency_is_the_urgent_routes_together_and_is_measured_against_the_least():
    reading = scores(emergency=0.25, crisis=0.125, care_team=0.125, personal=0.5)
    assert measure_urgency(reading) == 0.5
    assert alarm(reading, least=0.5) is not None
    assert alarm(reading, least=0.51) is None


@pytest.mark.parametrize(("crisis", "say"), [(_BOTH, "urgent-emergency-crisis"), (_BOTH - 0.01, "urgent-emergency")])
def test_where_emergency_and_crisis_are_both_likely_both_are_named(crisis, say):
    found = alarm(scores(emergency=0.6, crisis=crisis))
    assert found is not None
    assert found.say == say


def test_an_alarm_of_an_earlier_turn_says_so_and_the_first_turn_asked_for_speaks():
    turns = (scores(care_team=0.9), scores(crisis=0.9), scores())
    found = find_alarm(lambda place: turns[place], (2, 1, 0), 2, 0.5)
    assert found is not None
    assert found.say == "urgent-crisis-earlier"


def test_how_near_a_message_is_stands_beside_what_it_is_read_as():
    reading = Reading(wilted=scores(off_topic=0.9))
    found = MessageClassifier(reading, reading, 0.5, Counter(), lambda text, _vector: len(text) / 10).read("wilted", "")
    assert (found[NEAR], found["off_topic"]) == (0.6, 0.9)


def test_a_measure_that_fails_leaves_what_was_read(caplog):
    def measure(_text, _vector):
        raise OSError("the records are gone")

    failures: Counter[str] = Counter()
    reading = Reading(wilted=scores(emergency=0.9))
    found = MessageClassifier(reading, reading, 0.5, failures, measure).read("wilted", "")
    assert (found["emergency"], found[NEAR]) == (0.9, 0.0)
    assert failures == {"nearness": 1}
    assert "the records are gone" in caplog.text
