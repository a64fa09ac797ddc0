"""First step of the line: a question takes one route. Rules decide, never a model; highest tier first.

Urgent is looked for in this turn, in this and the last turn of the person read as one, and in every earlier turn:
once urgent, the conversation stays urgent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from isletbot.answering.rules import BODILY, ROUTES, URGENT, Rule, Rules, Tier
from isletbot.answering.wording import disguises, plain
from isletbot.types import Question, Triage

ANSWER = Triage(route="answer", rule="none", reason="no rule fired")
NEAR: tuple[Tier, ...] = ("personal", "off_topic", "small_talk", "about_me")
FAR: tuple[Tier, ...] = ("small_talk", "off_topic", "personal", "about_me")
"""Where no word is near the topic, "should I" asks for something else than care."""
_STOP = re.compile(r"[!?;]|\.(?!\d)")
_BREAK = re.compile(
    r"[,:]| but | so now | since | after | because "
    r"| and (?=(?:now|i|im|ive|my|had|have|he|she|we|its?|was|on|take|taking|still|the)\b)"
)
_LETTER = re.compile(r"[^\W\d_]")


def triage_question(question: Question, rules: Rules) -> Triage:
    """The route of the question, the rule that chose it and the name of the text that replies."""
    said = [plain(turn.content, rules.spelling) for turn in question.history if turn.role == "user"]
    text = plain(question.text, rules.spelling)
    if urgent := _urgent(text, said, rules):
        return urgent
    if rule := _first("attack", text, (text,), rules) or _disguised(question.text, text, rules):
        return _made(rule, rule.say)
    if language := _other_language(text, rules):
        return Triage("off_topic", "other-language", f"written in {language}", "other-language")
    for tier in NEAR if said or rules.frames["near"].search(text) else FAR:
        if rule := _first(tier, text, (text,), rules):
            return _made(rule, _say(rule, text, rules))
    return ANSWER


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


def _any(tier: Tier, texts: Sequence[str], context: Sequence[str], rules: Rules) -> Rule | None:
    return next((rule for text in texts if (rule := _first(tier, text, context, rules))), None)


def _first(tier: Tier, text: str, context: Sequence[str], rules: Rules) -> Rule | None:
    return next((rule for rule in rules.tiers[tier] if _fires(rule, text, context, rules)), None)


def _fires(rule: Rule, text: str, context: Sequence[str], rules: Rules) -> bool:
    if rule.without:
        text = rule.without.sub(" ", text)
    signs = rule.signs.finditer(text) if rule.signs else ()
    strong = rule.patterns.finditer(text) if rule.patterns else ()
    found = any(
        _counts(match, weak, rule, text, rules)
        for match, weak in chain(((m, False) for m in strong), ((m, True) for m in signs))
    )
    return found and all(any(need.search(part) for part in (*context, text)) for need in rule.needs)


def _counts(match: re.Match[str], weak: bool, rule: Rule, text: str, rules: Rules) -> bool:
    """Whether this is someone's sign now: not denied, not excepted and, if a mere sign, not asked about in general."""
    frames = rules.frames
    start, end = _around(match, text, _STOP)
    if rule.tier in BODILY and frames["general"].search(text[start:end]):
        return False
    inner, outer = _around(match, text, _BREAK, start, end)
    if rule.unless and rule.unless.search(text, inner, outer):
        return False
    if not weak:
        return True
    before = text[start : match.start()]
    if frames["before"].search(before):
        return False
    if frames["has"].search(before) or frames["now"].match(text, match.end()):
        return True
    return not frames["asking"].search(text[start:end])


def _around(
    match: re.Match[str], text: str, stop: re.Pattern[str], low: int = 0, high: int | None = None
) -> tuple[int, int]:
    """Bounds of the sentence or clause the match lies in."""
    high = len(text) if high is None else high
    start = max((found.end() for found in stop.finditer(text, low, match.start())), default=low)
    after = stop.search(text, match.end(), high)
    return start, after.start() if after else high


def _say(rule: Rule, text: str, rules: Rules) -> str:
    caring = ROUTES[rule.tier] == "personal" and rules.frames["caregiver"].search(text)
    return f"{rule.say}-caregiver" if caring else rule.say


def _disguised(raw: str, text: str, rules: Rules) -> Rule | None:
    """An attack written so that a person would not read it."""
    if len(_words(text) & rules.languages["english"]) > 1 and not rules.frames["encoded"].search(raw):
        return None
    readings = (plain(reading, rules.spelling) for reading in disguises(raw))
    return next((rule for reading in readings if (rule := _first("attack", reading, (), rules))), None)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))


def _other_language(text: str, rules: Rules) -> str:
    """The language the text is surely written in if not English; empty when in doubt."""
    letters = _LETTER.findall(text)
    if letters and sum(not letter.isascii() for letter in letters) > len(letters) / 2:
        return "another script"
    words, english = _words(text), rules.languages["english"]
    hits = {name: (words & known) - english for name, known in rules.languages.items() if name != "english"}
    best = max(hits, key=lambda name: len(hits[name]), default="")
    return best if best and len(hits[best]) > 1 and not words & english - rules.languages[best] else ""
