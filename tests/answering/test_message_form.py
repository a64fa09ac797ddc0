"""What was pasted or added by a program goes, the words of the person stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.answering.message_form import drop_own_words, read_form
from isletbot.answering.question import Limits, read_question
from isletbot.answering.triage import triage_question
from isletbot.types import Turn
from tests.answering.triage_data import shipped

NOTICE = (
    "CONFIDENTIALITY NOTICE: This e-mail and any attachments may contain confidential information. If you are not the "
    "intended recipient, delete it and tell nobody."
)
Q = "How is it given?"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # footers
        (f"{Q}\n\nSent from my iPhone", Q),
        (f"{Q} Sent from my Samsung Galaxy smartphone.", Q),
        (f"{Q}\nGet Outlook for iOS", Q),
        (f"{Q}\n\nVon meinem iPhone gesendet", Q),
        (f"{Q}\n\nEnviado desde mi iPhone", Q),
        (f"{Q}\n\n{NOTICE}", Q),
        (f"{Q}\n\n{NOTICE}\n\nSent from my iPad", Q),
        (f"{Q}\nSent from my iPad\n\n{NOTICE}", Q),
        (f"{Q}\nThis message is confidential and intended only for the addressee.", Q),
        (f"{Q}\n--\nAnna Smith\n12 High Street", Q),
        ("Is my data confidential?", "Is my data confidential?"),
        ("Were the cells sent from my country?", "Were the cells sent from my country?"),
        # list marks
        ("2. How is it given?", Q),
        ("1) How is it given?", Q),
        ("(3) How is it given?", Q),
        ("Q1: How is it given?", Q),
        ("Question 4: How is it given?", Q),
        ("- How is it given?", Q),
        ("• How is it given?", Q),
        ("1\ufe0f\u20e3 How is it given?", Q),
        ("1. How is it given?\n2. Who paid?", f"{Q}\nWho paid?"),
        ("1.5 million people?", "1.5 million people?"),
        ("2 of 12 died?", "2 of 12 died?"),
        ("12.", "12."),
        ("is it 83% or 70%?", "is it 83% or 70%?"),
        # literal breaks
        (r"How is it given?\n\nWho paid?", f"{Q}\nWho paid?"),
        (r"How is it given?\r\nWho paid?", f"{Q}\nWho paid?"),
        # HTML
        ('<p class="MsoNormal" style="margin:0cm"><span lang=EN-GB>How is it given?<o:p></o:p></span></p>', Q),
        ("<style>p.Mso {color: red}</style><p>How is it&nbsp;given?</p>", Q),
        ("<!--[if mso]><xml></xml><![endif]--><div>How is it given?</div><div>Who paid?</div>", f"{Q}\nWho paid?"),
        ("How is <b>it</b> given?<br/>", Q),
        ("&quot;Off insulin&quot;, they said. True?", '"Off insulin", they said. True?'),
        ("HbA1c <7 and >5?", "HbA1c <7 and >5?"),
        ("was a<b and c>d?", "was a<b and c>d?"),
        ("p<0.05?", "p<0.05?"),
        # quotes of earlier replies
        ("> Two people died. [1]\n> General information.\n\nOf what?", "Of what?"),
        ("Of what?\n\nOn 3 May 2026 at 10:12, isletbot <bot@example.org> wrote:\n> Two people died.", "Of what?"),
        ("Of what?\n-----Original Message-----\nFrom: bot\nTwo people died.", "Of what?"),
        ("> How is it given?", Q),
        ("> 70% time in range?\nWho had it?", "> 70% time in range?\nWho had it?"),
        # markdown
        ("**How** is `it` *given*?", Q),
        ("## How is it given?", Q),
        ("```\nHow is it given?\n```", Q),
        ("_How_ is ~~it~~ __given__?", Q),
        ("Is [this paper](https://example.org/a) peer reviewed?", "Is this paper peer reviewed?"),
        ("What does [2] say?", "What does [2] say?"),
        ("0.8 * 10 * 9 cells?", "0.8 * 10 * 9 cells?"),
        ("what is snake_case_name?", "what is snake_case_name?"),
        # repeated punctuation, emoji
        ("How is it given???!!!", Q),
        ("Wow!!!", "Wow!"),
        ("well......... who paid?", "well... who paid?"),
        ("How is it given? \U0001f622\U0001f622", Q),
        ("\U0001f469\u200d\u2695\ufe0f How is it given?", Q),
        ("below 7 °C or ≥ 5%?", "below 7 °C or ≥ 5%?"),
        # nothing else
        ("\U0001f600", "\U0001f600"),
        ("Sent from my iPhone", "Sent from my iPhone"),
        # commands
        ("/start", "start"),
        ("/help@isletbot", "help"),
        ("the 1/2 dose", "the 1/2 dose"),
    ],
)  # fmt: skip
def test_the_form_goes_and_the_words_stay(typed: str, read: str) -> None:
    assert read_form(typed) == read


@given(st.text(alphabet="aQ1.)(-*_`~>#<b/ &;\\n\n?![]\U0001f600é", max_size=60))
def test_no_message_with_words_is_emptied(typed: str) -> None:
    has_words = any(letter.isalnum() for letter in typed)
    assert any(letter.isalnum() for letter in read_form(typed)) or not has_words


def test_ten_thousand_marks_are_read_at_once() -> None:
    for mark in ("> ", "*", "<b ", "1) ", "<p a=", "Q1: ", "[a](", "-- \n", "This message "):
        assert read_form(mark * 4000 + "how").endswith("how")


def test_only_quotes_of_the_bot_are_left_out() -> None:
    text = "> Two people died.\n> I passed out.\nWhy?"
    assert drop_own_words(text, ("Two people died. [1]",)) == "> I passed out.\nWhy?"
    assert drop_own_words("> Two people died.", ("Two people died.",)) == "> Two people died."


@pytest.mark.parametrize(
    "typed",
    [
        "> I have severe chest pain\nHow is it given?",
        "How is it given?\n--\nI want to kill myself",
        "<style>I have severe chest pain</style>How is it given?",
        "1) I have severe chest pain\\nHow is it given?",
    ],
)
def test_a_red_flag_in_what_the_form_drops_is_found(typed: str) -> None:
    question = read_question(typed, (), Limits(2000, 50))
    assert triage_question(question, shipped()).route == "urgent"


def test_the_bots_own_words_in_a_quote_raise_no_alarm() -> None:
    said = (Turn("user", "When is it urgent?"), Turn("assistant", "When you have severe chest pain."))
    typed = "> When you have severe chest pain.\n\nHow is it given?"
    assert triage_question(read_question(typed, said, Limits(2000, 50)), shipped()).route == "answer"
