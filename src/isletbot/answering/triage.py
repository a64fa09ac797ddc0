"""First step of the line: a message takes one route. The floor of rules is asked first; a classifier reads the rest.

Urgent is looked for in this turn and in the person's earlier turns. The classifier may raise a route, never lower
what a rule of the floor has found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from isletbot.answering.message_classifier import MessageClassifier, Scores, find_alarm, measure_urgency, read_turns
from isletbot.answering.parts import split_parts
from isletbot.answering.red_flags.floor import find_attack, find_red_flag, make_triage
from isletbot.answering.red_flags.language import name_language
from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import Rules, Tier
from isletbot.messages import MessageRoute
from isletbot.types import Question, Triage

_LETTER = re.compile(r"[^\W\d_]")
ANSWER = Triage(route="answer", rule="none", reason="no rule fired and the classifier reads a question")
LISTED = Triage(route="answer", rule="none", reason="a listed way of asking")
CALM: tuple[MessageRoute, ...] = ("answer", "personal", "off_topic", "attack", "small_talk")
ASIDE = ("off_topic", "small_talk")
SAY = {"off_topic": "out-of-scope", "attack": "attack", "small_talk": "acknowledge"}
CONFIRMED = 0.05
"""Least probability of the urgent routes that confirms a rule which is not certain. Low on purpose: an alarm is taken
back only where the classifier sees hardly any danger. In a feasibility run 58 of 60 emergencies stayed, 17 of 25 alarms
went."""
BARE = 4
"""Words up to which a message holds no story around what a rule found: the rule counts whatever the classifier says."""
OWN_CASE = 0.8
"""Probability of somebody's own case that confirms such a rule too: who asks of a fit right now is no lecturer."""
PERSONAL = 0.15
"""Probability from which a message is about somebody's own case. Of the messages of writer D, which training left out,
95 % of the personal ones are referred from there on, and 1.5 % of the others; at 0.5 it is 87 and 0.5 %."""
AGREED = 0.2
"""Least probability of off topic or small talk that lets a rule of that route decide."""
SURELY_PERSONAL = 0.95
"""Probability from which even a listed way of asking is referred: nobody may list "Should I stop my insulin?"."""
SURELY_BESIDE = 0.8
"""Probability of off topic or small talk from which a part of a message that reads as a question is left out. Of 92
messages with several parts in the suites, none loses a part that belongs to the topic; from 0.5 on one does."""
EARLIER = 3
"""Earlier turns of the person that the classifier reads again; rules read them all."""


def triage_question(
    question: Question, rules: Rules, reader: MessageClassifier | None = None, listed: bool = False
) -> Triage:
    """The route of the question, the rule that chose it and the name of the text that replies.

    A `listed` question is a way of asking that somebody approved: only the floor of red flags stands before its answer.
    What was typed is read for red flags too: a footer or a quote that the form drops may hold one.
    """
    routed = _triage_read(question, rules, reader, listed)
    if routed.route == "urgent" or question.typed is None:
        return routed
    typed = _triage_read(question.typed, rules, reader, listed)
    return typed if typed.route == "urgent" else routed


def _triage_read(question: Question, rules: Rules, reader: MessageClassifier | None, listed: bool) -> Triage:
    said = (*question.said_by("user"), question.text)
    last, least = len(said) - 1, reader.urgent if reader else 1.0

    @cache
    def is_aside(turn: int) -> bool:
        text = plain(said[turn], rules.spelling)
        near = last - EARLIER <= turn
        return near and _route(said[turn], text, rules, read(turn), followed=turn > 0).route in ASIDE

    read = read_turns(said, reader, is_aside)

    def confirm(turn: int, text: str) -> bool:
        scores = read(turn)
        if not scores or len(text.split()) <= BARE:
            return True
        return measure_urgency(scores) >= CONFIRMED or scores["personal"] >= OWN_CASE

    if urgent := find_red_flag(question, rules, confirm):
        return urgent
    text, scores = plain(question.text, rules.spelling), read(last)
    earlier = range(last - 1, max(last - EARLIER, 0) - 1, -1)
    if listed and scores.get("personal", 0.0) < SURELY_PERSONAL:
        return find_alarm(read, earlier, last, least) or LISTED
    asides = frozenset(filter(is_aside, range(last)))
    routed = _route(question.text, text, rules, scores, followed=last > 0)
    if routed.route == "answer" or (routed.route in ASIDE and not routed.rule.startswith(("attack", "other"))):
        before = next((said[turn] for turn in reversed(range(last)) if turn not in asides), "")
        surely = SURELY_BESIDE if routed.route == "answer" else 0.0
        routed = _read_parts(question.text, before, rules, reader, surely) or routed
    if last and routed.route in ("answer", "small_talk") and rules.frames["pressing"].search(text):
        routed = _find_refused(said[:-1], rules, read) or routed
    is_attack = routed.rule.startswith("attack")  # by rule: what it pretends is no alarm
    alarm = find_alarm(read, earlier if is_attack else (last, *earlier), last, least)
    return alarm or replace(routed, asides=asides)


def _read_parts(text: str, before: str, rules: Rules, reader: MessageClassifier | None, least: float) -> Triage | None:
    """The route `answer` where a part of the message wants one and the others are only beside the topic, each with at
    least that probability: a question about the trial stands though one about football follows. None where they are
    anything else."""
    off_topic: list[str] = []
    small_talk: list[str] = []
    pieces = split_parts(" ".join(text.split()))
    for piece in pieces if len(pieces) > 1 else ():
        scores = reader.read(piece, before) if reader else {}
        routed = _route(piece, plain(piece, rules.spelling), rules, scores, followed=True)
        surely = not scores or scores["off_topic"] + scores["small_talk"] >= least
        if routed.route == "small_talk" and surely:
            small_talk.append(piece)
        elif routed.route == "off_topic" and surely and routed.rule.startswith(("off-topic", "read-off_topic")):
            off_topic.append(piece)
        elif routed.route == "answer":
            before = piece
        else:
            return None
    beside = len(off_topic) + len(small_talk)
    if not 0 < beside < len(pieces):
        return None
    reason = "a part of it is a question"
    return replace(ANSWER, reason=reason, off_topic=tuple(off_topic), small_talk=tuple(small_talk))


def _route(raw: str, text: str, rules: Rules, scores: Scores, followed: bool) -> Triage:
    """The route of a text that no rule found urgent."""
    if attack := find_attack(raw, text, rules):
        return attack
    if language := name_language(text, rules):
        say, _ = rules.notices.get(language, ("other-language", ""))
        return Triage("off_topic", "other-language", f"written in {language}", say)
    if not followed and (rule := first_rule("unclear", text, (text,), rules)):
        return replace(make_triage(rule, rule.say), choices=rule.choices)
    tiers: tuple[Tier, ...] = ("small_talk", "off_topic")
    unread = not scores or not _LETTER.search(text)  # the reader has learnt nothing of a text without letters
    for tier in tiers:
        agreed = unread or scores["small_talk"] + scores["off_topic"] + scores["attack"] >= AGREED
        if agreed and (rule := first_rule(tier, text, (text,), rules)):
            return make_triage(rule, rule.say)
    return _read_route(text, rules, scores) if scores else ANSWER


def _read_route(text: str, rules: Rules, scores: Scores) -> Triage:
    """The likeliest of the routes that are not urgent."""
    best = "personal" if scores["personal"] >= PERSONAL else max(CALM, key=lambda route: scores[route])
    reason = f"read as {best}, {scores[best]:.2f}"
    if best == "answer":
        return replace(ANSWER, reason=reason)
    if best == "personal":
        say = "needs-clinician-caregiver" if rules.frames["caregiver"].search(text) else "needs-clinician"
        # General facts may follow only where no figure and no change of medicine is asked for.
        return Triage("personal", "read-personal", reason, say, facts=not rules.frames["figures"].search(text))
    return Triage("small_talk" if best == "small_talk" else "off_topic", f"read-{best}", reason, SAY[best])


def _find_refused(said: tuple[str, ...], rules: Rules, read: Callable[[int], Scores]) -> Triage | None:
    """The refusal that this turn presses against; asking again does not move it."""
    for turn in reversed(range(len(said))):
        text = plain(said[turn], rules.spelling)
        routed = _route(said[turn], text, rules, read(turn), followed=True)
        if routed.route != "answer" or not rules.frames["pressing"].search(text):
            return replace(routed, facts=False) if routed.route == "personal" else None
    return None
