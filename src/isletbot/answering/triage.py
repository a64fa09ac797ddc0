"""First step of the line: a message takes one route. The floor of rules is asked first; a classifier reads the rest.

Urgent is looked for in this turn and in the person's earlier turns. The classifier may raise a route, never lower
what a rule of the floor has found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from isletbot.answering.asides import drop_asides
from isletbot.answering.message_classifier import MessageClassifier, Scores, find_alarm, measure_urgency, read_turns
from isletbot.answering.read_routes import ASIDE, SURELY_BESIDE, read_parts, route_text
from isletbot.answering.recall import ReplyIntent
from isletbot.answering.red_flags.floor import find_all_clear, find_red_flag, make_triage
from isletbot.answering.red_flags.language import say_in_language
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import Rule, Rules
from isletbot.types import Question, Route, Triage, Turn

LISTED = Triage(route="answer", rule="none", reason="a listed way of asking")
CONFIRMED = 0.01
"""Least probability of the urgent routes that confirms a rule which is not certain. Low on purpose: an alarm is taken
back only where the classifier sees hardly any danger. In a feasibility run 58 of 60 emergencies stayed at 0.05, 17 of
25 alarms went. Of red_flags the nearest case that needs it has 0.024, which is more than another processor moves it."""
BARE = 6
"""Words up to which a message holds no story around what a rule found: the rule counts whatever the classifier says."""
_HIDDEN = re.compile(r"\[[a-z ]{3,20}\]")
"""What redaction leaves, "My number is [phone]": somebody real is meant, and the classifier never read such a text."""
OWN_CASE = 0.7
"""Probability of somebody's own case that confirms such a rule too: who asks of a fit right now is no lecturer. At 0.8
"I think my mum is having a stroke" is referred and not alarmed."""
SURELY_PERSONAL = 0.95
"""Probability from which even a listed way of asking is referred: nobody may list "Should I stop my tablets?"."""
EARLIER = 3
"""Earlier turns of the person that the classifier reads again; rules read them all."""


def triage_question(
    question: Question,
    rules: Rules,
    reader: MessageClassifier | None = None,
    listed: bool = False,
    intent: ReplyIntent | None = None,
) -> Triage:
    """The route of the question, the rule that chose it and the name of the text that replies.

    A `listed` question is a way of asking that somebody approved: only the floor of red flags stands before its answer.
    An `intent` asks for something of the last reply, and is let through where nothing else is found in it. What was
    typed is read for red flags too: a footer or a quote that the form drops may hold one.
    """
    routed = _triage_read(question, rules, reader, listed, intent)
    if routed.route == "urgent" or question.typed is None:
        return routed
    typed = _triage_read(question.typed, rules, reader, listed, intent)
    return typed if typed.route == "urgent" else routed


def _triage_read(
    question: Question, rules: Rules, reader: MessageClassifier | None, listed: bool, intent: ReplyIntent | None
) -> Triage:
    said = (*question.said_by("user"), question.text)
    last, least = len(said) - 1, reader.urgent if reader else 1.0

    @cache
    def is_aside(turn: int) -> bool:
        text = plain(said[turn], rules.spelling)
        near = last - EARLIER <= turn
        return near and route_text(said[turn], text, rules, read(turn), followed=turn > 0).route in ASIDE

    read = read_turns(said, reader, is_aside)
    over = max((turn + 1 for turn in range(last) if find_all_clear(said[turn], rules)), default=0)
    clear = find_all_clear(question.text, rules) if over < last else None
    if clear and (ended := _end_alarm(said[:-1], clear, rules, reader)):
        return ended

    def confirm(turn: int, text: str) -> bool:
        scores = read(turn)
        if not scores or len(text.split()) <= BARE or _HIDDEN.search(said[turn]):
            return True
        return measure_urgency(scores) >= CONFIRMED or scores["personal"] >= OWN_CASE

    if urgent := find_red_flag(question, rules, confirm, over):
        return say_in_language(urgent, plain(question.text, rules.spelling), rules)
    own = drop_asides(question.text)
    text, scores = plain(own, rules.spelling), read(last)
    earlier = range(last - 1, max(last - EARLIER, over) - 1, -1)
    if listed and scores.get("personal", 0.0) < SURELY_PERSONAL:
        return find_alarm(read, earlier, last, least) or LISTED
    asides = tuple(filter(is_aside, range(last)))
    # With its blanks, where nothing was dropped: two of them part the words of a text with spaced letters.
    raw = question.text if own == " ".join(question.text.split()) else own
    routed = route_text(raw, text, rules, scores, followed=last > 0)
    if routed.route == "answer" or (routed.route in ASIDE and not routed.rule.startswith(("attack", "other"))):
        before = next((said[turn] for turn in reversed(range(last)) if turn not in asides), "")
        surely = SURELY_BESIDE if routed.route == "answer" else 0.0
        routed = read_parts(own, before, rules, reader, surely) or routed
    pressing = last and routed.route in ("answer", "small_talk") and rules.frames["pressing"].search(text)
    if refused := _find_refused(said[:-1], rules, read) if pressing else None:
        routed = refused
    elif intent and scores.get("personal", 0.0) < SURELY_PERSONAL:
        routed = _let_through(intent, routed)
    is_attack = routed.rule.startswith("attack")  # by rule: what it pretends is no alarm
    alarm = find_alarm(read, earlier if is_attack else (last, *earlier), last, least)
    return say_in_language(alarm, text, rules) if alarm else replace(routed, asides=asides)


def raise_route(triage: Triage, proposed: Route) -> Triage:
    """The triage, or a higher route that a chat model proposes; never a lower one. No facts follow: the model has not
    planned any."""
    if proposed == "urgent" and triage.route != "urgent":
        return Triage("urgent", "model-urgent", "a chat model reads an emergency", "urgent-emergency")
    if proposed == "personal" and triage.route not in ("urgent", "personal"):
        return Triage("personal", "model-personal", "a chat model reads somebody's own case", "needs-clinician")
    return triage


def _end_alarm(said: tuple[str, ...], clear: Rule, rules: Rules, reader: MessageClassifier | None) -> Triage | None:
    """The reply to who says that the alarm of the turns before is over; after a crisis it keeps the crisis line."""
    *before, last = said
    alarm = triage_question(Question(last, tuple(Turn("user", text) for text in before)), rules, reader)
    if alarm.route != "urgent":
        return None
    return make_triage(clear, f"{clear.say}-crisis" if "crisis" in alarm.say else clear.say)


def _let_through(intent: ReplyIntent, routed: Triage) -> Triage:
    """An intent keeps the referral that the last reply began with. What a rule found stands, unless the words are a
    listed way of asking ("really?" is no small talk) or it found an order: "say it shorter" only repeats what was
    verified."""
    if not intent.listed and routed.rule != "none" and not routed.rule.startswith(("read-", "attack-order")):
        return routed
    rule, reason = f"intent-{intent.name}", "asks for something of the last reply"
    if intent.referral:
        return Triage("personal", rule, reason, intent.referral, facts=True)
    return Triage("answer", rule, reason)


def _find_refused(said: tuple[str, ...], rules: Rules, read: Callable[[int], Scores]) -> Triage | None:
    """The refusal that this turn presses against; asking again does not move it."""
    for turn in reversed(range(len(said))):
        text = plain(said[turn], rules.spelling)
        routed = route_text(said[turn], text, rules, read(turn), followed=True)
        if routed.route != "answer" or not rules.frames["pressing"].search(text):
            return replace(routed, facts=False) if routed.route == "personal" else None
    return None
