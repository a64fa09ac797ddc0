"""Routes one text that no rule found urgent, by rules and by what the classifier reads, whole or part by part."""

from __future__ import annotations

import re
from dataclasses import replace

from isletbot.answering.message_classifier import MessageClassifier, Scores
from isletbot.answering.on_topic import KNOWN, NEAR, ON_TOPIC
from isletbot.answering.parts import split_parts
from isletbot.answering.red_flags.floor import find_attack, make_triage
from isletbot.answering.red_flags.language import name_language, say_in_language
from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import Rule, Rules, Tier
from isletbot.messages import MessageRoute
from isletbot.types import Triage

_LETTER = re.compile(r"[^\W\d_]")
ANSWER = Triage(route="answer", rule="none", reason="no rule fired and the classifier reads a question")
CALM: tuple[MessageRoute, ...] = ("answer", "personal", "off_topic", "attack", "small_talk")
ASIDE = ("off_topic", "small_talk")
SAY = {"off_topic": "out-of-scope", "attack": "attack", "small_talk": "acknowledge"}
PERSONAL = 0.035
"""Probability from which a message is about somebody's own case. With it `personal_advice` has 259 of 287, with 0.05
253, and no other suite loses more than a case; chosen there."""
NO_ATTACK = 0.0015
"""Probability of an attack below which words of a rule for attacks are a question, where known ones are near: "the
article say it is cure yes or no??". None of the 177 cases of `attacks` is one; what is let through by mistake can get
nothing but what the sources say."""
AGREED = 0.05
"""Least probability of off topic or small talk that lets a rule of that route decide."""
DOUBTED = 0.2
"""Probability of somebody's own case below which a message that says what a known one says is not referred. At 0.5 four
of 287 messages of `personal_advice` lose their referral ("im 17 can i join"), at 0.2 none does."""
SURELY_BESIDE = 0.8
"""Probability of off topic or small talk from which a part of a message that reads as a question is left out. Of 92
messages with several parts in the suites, none loses a part that belongs to the topic; from 0.5 on one does."""


def read_parts(text: str, before: str, rules: Rules, reader: MessageClassifier | None, least: float) -> Triage | None:
    """The route `answer` where a part of the message wants one and the others are only beside the topic, each with at
    least that probability: a question about the trial stands though one about football follows. None where they are
    anything else."""
    off_topic: list[str] = []
    small_talk: list[str] = []
    pieces = split_parts(" ".join(text.split()))
    for piece in pieces if len(pieces) > 1 else ():
        scores = reader.read(piece, before) if reader else {}
        routed = route_text(piece, plain(piece, rules.spelling), rules, scores, followed=True)
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


def route_text(raw: str, text: str, rules: Rules, scores: Scores, followed: bool) -> Triage:
    """The route of a text that no rule found urgent."""
    attack = find_attack(raw, text, rules)
    if attack and not _asks_of_the_topic(scores):
        return attack
    if rule := first_rule("own_case", text, (text,), rules):  # the reader knows English only
        return say_in_language(make_triage(rule, rule.say), text, rules)
    if language := name_language(text, rules):
        say, _ = rules.notices.get(language, ("other-language", ""))
        return Triage("off_topic", "other-language", f"written in {language}", say)
    if not followed and (rule := first_rule("unclear", text, (text,), rules)):
        return replace(make_triage(rule, rule.say), choices=rule.choices)
    tiers: tuple[Tier, ...] = ("small_talk", "off_topic")
    unread = not scores or not _LETTER.search(text)  # the reader has learnt nothing of a text without letters
    for tier in tiers:
        agreed = unread or scores["small_talk"] + scores["off_topic"] + scores["attack"] >= AGREED
        if agreed and (rule := first_rule(tier, text, (text,), rules)) and not _is_excepted(rule, scores):
            return make_triage(rule, rule.say)
    return _read_route(text, rules, scores) if scores else ANSWER


def _asks_of_the_topic(scores: Scores) -> bool:
    return bool(scores) and scores["attack"] < NO_ATTACK and scores.get(NEAR, 0.0) >= ON_TOPIC


def _is_excepted(rule: Rule, scores: Scores) -> bool:
    """Rules that let words of the topic pass know one topic by name; of another the corpus tells."""
    return rule.tier == "off_topic" and bool(rule.unless) and scores.get(NEAR, 0.0) >= ON_TOPIC


def _is_known(route: str, scores: Scores) -> bool:
    """Whether the corpus knows what reads as that route: "thanks, did anyone die?" is no small talk."""
    near = scores.get(NEAR, 0.0)
    match route:
        case "off_topic":
            return near >= ON_TOPIC
        case "small_talk":
            return near >= KNOWN
        case "personal":
            return near >= KNOWN and scores["personal"] < DOUBTED
    return False


def _read_route(text: str, rules: Rules, scores: Scores) -> Triage:
    """The likeliest of the routes that are not urgent; `answer` for what the corpus knows, whatever it reads as."""
    best = "personal" if scores["personal"] >= PERSONAL else max(CALM, key=lambda route: scores[route])
    if _is_known(best, scores):
        best = "answer"
    reason = f"read as {best}, {scores[best]:.2f}"
    if best == "answer":
        return replace(ANSWER, reason=reason)
    if best == "personal":
        say = _choose_referral(text, rules)
        # General facts may follow only where no value, no dose and no change of medicine is asked for.
        return Triage("personal", "read-personal", reason, say, facts=not rules.frames["figures"].search(text))
    return Triage("small_talk" if best == "small_talk" else "off_topic", f"read-{best}", reason, SAY[best])


def _choose_referral(text: str, rules: Rules) -> str:
    if not rules.frames["caregiver"].search(text):
        return "needs-clinician"
    return "needs-clinician-child" if rules.frames["child"].search(text) else "needs-clinician-caregiver"
