"""First step of the line: a question takes one route. Rules decide, highest tier first; no chat model is asked.

Urgent is looked for in this turn, in this and the last turn of the person read as one, and in every earlier turn:
once urgent, the conversation stays urgent. What a question resembles may raise its tier, never lower a rule's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from isletbot.answering.red_flags.language import find_disguised, name_language
from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.meaning import ALSO_PERSONAL, PERSONAL, SURELY_URGENT, URGENT_SENTENCE, Alike, find_alarm
from isletbot.answering.red_flags.rules import ROUTES, URGENT, Rule, Rules, Tier
from isletbot.answering.red_flags.normalise import plain
from isletbot.types import Question, Triage

ANSWER = Triage(route="answer", rule="none", reason="no rule fired")
SAY_URGENT = {
    "E1": "urgent-emergency",
    "E2": "urgent-care-team",
    "E3": "urgent-crisis",
    "E1E3": "urgent-emergency-crisis",
}
LEAST_URGENT = {"off_topic": SURELY_URGENT, "small_talk": URGENT_SENTENCE}
"""What a rule has found to be no question is urgent only if it resembles a red flag this much."""
NEAR: tuple[Tier, ...] = ("personal", "off_topic", "small_talk", "about_me")
FAR: tuple[Tier, ...] = ("small_talk", "off_topic", "personal", "about_me")
"""Where no word is near the topic, "should I" asks for something else than care."""


def _senseless(_text: str) -> None:
    """For callers that want the rules alone."""


def triage_question(question: Question, rules: Rules, sense: Alike = _senseless) -> Triage:
    """The route of the question, the rule that chose it and the name of the text that replies."""
    said = [plain(raw, rules.spelling) for raw in question.said_by("user")]
    text = plain(question.text, rules.spelling)
    if urgent := _urgent(text, said, rules):
        return urgent
    ruled = _ruled(question.text, text, rules, sense, bool(said))
    if ruled.route == "answer" and said and rules.frames["pressing"].search(text):
        ruled = _pressed(question, rules, sense) or ruled
    return _resembles_urgent(question, ruled, rules, sense) or ruled


def _pressed(question: Question, rules: Rules, sense: Alike) -> Triage | None:
    """The refusal that this turn presses against; asking again does not move it."""
    for raw in reversed(question.said_by("user")):
        text = plain(raw, rules.spelling)
        ruled = _ruled(raw, text, rules, sense, followed=True)
        if ruled.route != "answer" or not rules.frames["pressing"].search(text):
            return replace(ruled, facts=False) if ruled.route == "personal" else None
    return None


def _ruled(raw: str, text: str, rules: Rules, sense: Alike, followed: bool) -> Triage:
    """The route of a text that no rule found urgent."""
    if rule := first_rule("attack", text, (text,), rules) or find_disguised(raw, text, rules):
        return _made(rule, rule.say)
    if language := name_language(text, rules):
        say, _ = rules.notices.get(language, ("other-language", ""))
        return Triage("off_topic", "other-language", f"written in {language}", say)
    alike = sense(raw)
    if not followed and (rule := first_rule("unclear", text, (text,), rules)):
        return replace(_made(rule, rule.say), choices=rule.choices)
    for tier in NEAR if followed or rules.frames["near"].search(text) else FAR:
        if tier == "about_me" and alike and alike.personal < ALSO_PERSONAL:
            continue
        if rule := first_rule(tier, text, (text,), rules):
            facts = rule.facts and _general(tier, text, rules)
            return replace(_made(rule, _say(rule, text, rules)), facts=facts)
    if alike and alike.personal >= PERSONAL:
        say = _addressed("needs-clinician", text, rules)
        return Triage(
            "personal", "meaning-personal", f"resembles: {alike.nearest}", say, _general("personal", text, rules)
        )
    return ANSWER


def _general(tier: Tier, text: str, rules: Rules) -> bool:
    """Whether general facts may follow: only a referral that asks for no figure and no change of medicine."""
    return ROUTES[tier] == "personal" and not rules.frames["figures"].search(text)


def _made(rule: Rule, say: str, when: str = "") -> Triage:
    return Triage(ROUTES[rule.tier], rule.id, rule.reason + when, say)


def _urgent(text: str, said: Sequence[str], rules: Rules) -> Triage | None:
    """The highest urgent tier of this turn, of this turn read with the one before, or of any earlier turn."""
    turns = (*said, text)
    pairs = [f"{first.rstrip('.')}, {second}" for first, second in pairwise(turns)]
    found = {tier: rule for tier in URGENT if (rule := _any(tier, (text, *pairs[-1:]), turns, rules))}
    if "E1" in found and "E3" in found:
        return _made(found["E1"], "urgent-emergency-crisis")
    if found:
        rule = next(iter(found.values()))
        return _made(rule, rule.say)
    for tier in URGENT:
        if earlier := _any(tier, (*said, *pairs[:-1]), said, rules):
            return _made(earlier, f"{earlier.say}-earlier", " (earlier in this conversation)")
    return None


def _resembles_urgent(question: Question, ruled: Triage, rules: Rules, sense: Alike) -> Triage | None:
    """A turn, the latest first, that resembles a red flag."""
    earlier = question.said_by("user")
    for row, raw in enumerate((question.text, *reversed(earlier))):
        alike = find_alarm(raw, rules, sense)
        if not alike:
            continue
        text = plain(raw, rules.spelling)
        route = (_ruled(raw, text, rules, sense, row < len(earlier)) if row else ruled).route
        if route in LEAST_URGENT and alike.urgent < LEAST_URGENT[route]:
            continue
        say = SAY_URGENT["E1E3" if alike.also_crisis else alike.tier]
        when = "-earlier" if row else ""
        return Triage("urgent", f"{alike.tier}-meaning", f"resembles: {alike.nearest}", f"{say}{when}")
    return None


def _any(tier: Tier, texts: Sequence[str], context: Sequence[str], rules: Rules) -> Rule | None:
    return next((rule for text in texts if (rule := first_rule(tier, text, context, rules))), None)


def _say(rule: Rule, text: str, rules: Rules) -> str:
    return _addressed(rule.say, text, rules) if ROUTES[rule.tier] == "personal" else rule.say


def _addressed(say: str, text: str, rules: Rules) -> str:
    return f"{say}-caregiver" if rules.frames["caregiver"].search(text) else say
