"""An alarm ends when somebody says that it is over, in a turn that holds nothing else."""

import pytest

from tests.answering.triage_data import Reading, read, scores, triage

PAIN = "I have severe chest pain"
OVER = [
    "This was not an emergency.",
    "Help is on the way, go on.",
    "sorry, that was a test",
    "he is fine now",
    "It wasn't an emergency",
    "oh no, false alarm, sorry",
    "just testing",
    "I was only joking",
    "I have called 911",
    "The ambulance is here now. Can we go on",
    "We've called my transplant team already",
    "My wife is feeling much better now, thanks",
    "No era una emergencia",
    "Es war kein Notfall.",
]
NOT_OVER = [
    "he is fine now but his chest hurts",
    "Should I call my doctor?",
    "it was a test of my sugar and it says 40",
    "Was it a false alarm in the trial?",
    "he is not fine now",
    "nobody called 911",
    "I have not called an ambulance",
    "help is not coming",
    "it is a real emergency, not a test",
    "he was fine before",
]


@pytest.mark.parametrize("text", OVER)
def test_who_says_that_an_alarm_is_over_ends_it(text):
    found = triage(PAIN, text)
    assert (found.route, found.say) == ("small_talk", "all-clear")
    assert triage(PAIN, text, "Who paid for the trial?").route == "answer"
    assert triage("My husband is unconscious", "Hi", text, "Who paid for the trial?", "And why?").route == "answer"


@pytest.mark.parametrize("text", NOT_OVER)
def test_nothing_else_ends_an_alarm(text):
    assert triage(PAIN, text).route == "urgent"
    assert triage(PAIN, text, "Who paid for the trial?").route == "urgent"


@pytest.mark.parametrize("flag", [PAIN, "I want to kill myself", "he is not waking up"])
def test_a_red_flag_after_an_alarm_that_is_over_is_caught_as_before(flag):
    assert triage(PAIN, "sorry, that was a test", flag).route == "urgent"
    assert triage(PAIN, "sorry, that was a test", flag, "Hi", "Who paid?").say.endswith("-earlier")


def test_after_a_crisis_the_crisis_line_is_kept_in_that_one_reply():
    assert triage("I want to kill myself", "sorry, that was a test").say == "all-clear-crisis"
    assert triage("I want to kill myself", "sorry, that was a test", "Who paid for the trial?").route == "answer"


def test_what_was_said_before_the_alarm_was_over_still_tells_what_a_later_flag_means():
    turns = ("I'm on tacrolimus", PAIN, "false alarm", "Who paid for the trial?", "I have a fever")
    assert triage(*turns).rule.startswith("E2")


def test_an_alarm_of_the_classifier_ends_too():
    reader = Reading(zorbling=scores(care_team=0.9))
    assert read(reader, "my scar is zorbling", "that was a test").say == "all-clear"
    assert read(reader, "my scar is zorbling", "that was a test", "Who paid for the trial?").route == "answer"


def test_without_an_alarm_the_same_words_are_small_talk_or_a_question_as_before():
    assert triage("Who paid for the trial?", "sorry, that was a test").say != "all-clear"
