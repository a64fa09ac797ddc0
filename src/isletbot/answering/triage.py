"""First step of the line: a message takes one route. The floor of rules is asked first; a classifier reads the rest.

Urgent is looked for in this turn and in the person's earlier turns. The classifier may raise a route, never lower
what a rule of the floor has found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isletbot.answering.asides import drop_asides
from isletbot.answering.message_classifier import MessageClassifier, Scores, find_alarm, measure_urgency, read_turns
from isletbot.answering.recall import Move
from isletbot.answering.red_flags.floor import find_all_clear, find_attack, find_red_flag, make_triage
from isletbot.answering.red_flags.language import name_language, say_in_language
from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import Rule, Rules, Tier
from isletbot.messages import MessageRoute
from isletbot.types import Question, Triage, Turn

ANSWER = Triage(route="answer", rule="none", reason="no rule fired and the classifier reads a question")
LISTED = Triage(route="answer", rule="none", reason="a listed way of asking")
CALM: tuple[MessageRoute, ...] = ("answer", "personal", "off_topic", "attack", "small_talk")
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
EARLIER = 3
"""Earlier turns of the person that the classifier reads again; rules read them all."""


def triage_question(
    question: Question,
    rules: Rules,
    reader: MessageClassifier | None = None,
    listed: bool = False,
    move: Move | None = None,
) -> Triage:
    """The route of the question, the rule that chose it and the name of the text that replies.

    A `listed` question is a way of asking that somebody approved: only the floor of red flags stands before its answer.
    A `move` asks for something of the last reply, and is let through where nothing else is found in it.
    """
    said = (*question.said_by("user"), question.text)
    last, least = len(said) - 1, reader.urgent if reader else 1.0
    read = read_turns(said, reader)
    over = max((turn + 1 for turn in range(last) if find_all_clear(said[turn], rules)), default=0)
    clear = find_all_clear(question.text, rules) if over < last else None
    if clear and (ended := _end_alarm(said[:-1], clear, rules, reader)):
        return ended

    def confirm(turn: int, text: str) -> bool:
        scores = read(turn)
        if not scores or len(text.split()) <= BARE:
            return True
        return measure_urgency(scores) >= CONFIRMED or scores["personal"] >= OWN_CASE

    if urgent := find_red_flag(question, rules, confirm, over):
        return say_in_language(urgent, plain(question.text, rules.spelling), rules)
    own = drop_asides(question.text)
    text, scores = plain(own, rules.spelling), read(last)
    earlier = range(last - 1, max(last - EARLIER, over) - 1, -1)
    if listed and scores.get("personal", 0.0) < SURELY_PERSONAL:
        return find_alarm(read, earlier, last, least) or LISTED
    routed = _route(question.text, text, rules, scores, followed=last > 0)
    pressing = last and routed.route in ("answer", "small_talk") and rules.frames["pressing"].search(text)
    if refused := _find_refused(said[:-1], rules, read) if pressing else None:
        routed = refused
    elif move and scores.get("personal", 0.0) < SURELY_PERSONAL:
        routed = _let_through(move, routed)
    is_attack = routed.rule.startswith("attack")  # by rule: what it pretends is no alarm
    alarm = find_alarm(read, earlier if is_attack else (last, *earlier), last, least)
    return say_in_language(alarm, text, rules) if alarm else routed


def _end_alarm(said: tuple[str, ...], clear: Rule, rules: Rules, reader: MessageClassifier | None) -> Triage | None:
    """The reply to who says that the alarm of the turns before is over; after a crisis it keeps the crisis line."""
    *before, last = said
    alarm = triage_question(Question(last, tuple(Turn("user", text) for text in before)), rules, reader)
    if alarm.route != "urgent":
        return None
    return make_triage(clear, f"{clear.say}-crisis" if "crisis" in alarm.say else clear.say)


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
    for tier in tiers:
        agreed = not scores or scores["small_talk"] + scores["off_topic"] + scores["attack"] >= AGREED
        if agreed and (rule := first_rule(tier, text, (text,), rules)):
            return make_triage(rule, rule.say)
    return _read_route(text, rules, scores) if scores else ANSWER


def _let_through(move: Move, routed: Triage) -> Triage:
    """A move keeps the referral that the last reply began with. What a rule found stands, unless the words are a listed
    way of asking ("really?" is no small talk) or it found an order: "say it shorter" only repeats what was verified."""
    if not move.listed and routed.rule != "none" and not routed.rule.startswith(("read-", "attack-order")):
        return routed
    rule, reason = f"move-{move.name}", "asks for something of the last reply"
    if move.referral:
        return Triage("personal", rule, reason, move.referral, facts=True)
    return Triage("answer", rule, reason)


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
