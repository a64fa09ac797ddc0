"""What is different about a rule, in sentences and examples. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from isletbot.console.work_lists import WorkDetail, WorkItem
from isletbot.curation.rule_reviews import RuleDifference, RuleSummary

TIER_WORDS: Mapping[str, str] = {
    "E1": "an emergency",
    "E3": "a crisis",
    "E2": "a reason to call the care team",
    "attack": "an attack on the bot",
    "": "words of every rule",
}
_RED_FLAGS = frozenset({"E1", "E3", "E2"})


def describe_difference(difference: RuleDifference, path: str, most: int = 100) -> WorkItem:
    """`most` is the number of examples of each kind that are shown."""
    now, kind = difference.now, difference.kind
    details = (WorkDetail(label, tuple(texts[:most])) for label, texts in _list_details(difference) if texts)
    grave = kind != "added" and bool({difference.before.tier, now.tier} & _RED_FLAGS)
    return WorkItem(now.means, path, kind, grave, details=tuple(details))


def _list_details(difference: RuleDifference) -> Iterator[tuple[str, Sequence[str]]]:
    before, now, kind = difference.before, difference.now, difference.kind
    yield "Rule", [f"{now.id}: finds {name_tier(now.tier)}"]
    if kind == "added":
        yield from (("Finds", now.match), ("Does not find", now.other))
    elif kind == "removed":
        yield from (("Found until now", before.match), ("Did not find", before.other))
    else:
        yield from _compare_rule(before, now)


def name_tier(tier: str) -> str:
    return TIER_WORDS.get(tier, tier.replace("_", " "))


def _compare_rule(before: RuleSummary, now: RuleSummary) -> Iterator[tuple[str, Sequence[str]]]:
    if before.means != now.means:
        yield "Sentence before", [before.means]
    if before.tier != now.tier:
        yield "Found before", [name_tier(before.tier)]
    yield "Must find now too", _leave_out(now.match, before.match)
    yield "Need not find any more", _leave_out(before.match, now.match)
    yield "Must not find now either", _leave_out(now.other, before.other)
    yield "May find now", _leave_out(before.other, now.other)
    if before.say != now.say:
        yield "Replies with", [f"{now.say}, before {before.say}"]
    if before.certain != now.certain:
        yield "Counts", ["by its words alone" if now.certain else "only where the classifier sees danger too"]
    if before.matching != now.matching:
        yield "Matched by", ["other phrases than before"]
        if (before.match, before.other) == (now.match, now.other):
            yield from (("Still finds", now.match), ("Still does not find", now.other))


def _leave_out(texts: Sequence[str], known: Sequence[str]) -> list[str]:
    return [text for text in texts if text not in known]
