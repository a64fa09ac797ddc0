"""Parses and checks the triage rules, which are data under `prompts/triage/`. Its caller reads the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

import yaml

from isletbot.answering.red_flags.normalise import Spelling
from isletbot.answering.red_flags.patterns import WORDS, Patterns, name_fault, read_list, read_texts
from isletbot.errors import SettingsError
from isletbot.types import Route

Tier = Literal["E1", "E3", "E2", "attack", "all_clear", "own_case", "unclear", "off_topic", "small_talk"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Highest first: an emergency, then a life in danger, then the care team; advice and the rest after."""
URGENT: tuple[Tier, ...] = ("E1", "E3", "E2")
BODILY: tuple[Tier, ...] = ("E1", "E2")
"""Told of a body, not of a wish: a question about people in general does not raise them."""
ROUTES: Mapping[Tier, Route] = {
    "E1": "urgent",
    "E3": "urgent",
    "E2": "urgent",
    "attack": "off_topic",
    "all_clear": "small_talk",
    "own_case": "personal",
    "unclear": "unclear",
    "off_topic": "off_topic",
    "small_talk": "small_talk",
}
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRAMES = ("has", "now", "before", "asking", "general", "caregiver", "child", "encoded", "figures", "pressing")
PHRASES = ("signs", "phrases", "unless", "with", "without")
"""The fields of a rule that hold phrases."""
_SIGNED = re.compile(r"^signed_(by|on):.*$", re.MULTILINE)
_FIELDS = {"id", "means", "say", "match", "not", "certain", "choices", *PHRASES}


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    file: str
    tier: Tier
    say: str
    means: str
    """One sentence, for whoever signs the rule."""
    match: tuple[str, ...]
    """Messages that the rule must find."""
    other: tuple[str, ...]
    """Messages that the rule must not find."""
    signs: re.Pattern[str] | None
    """Something felt or seen: counts when someone has it, when it is now, or when it stands outside a question."""
    phrases: re.Pattern[str] | None
    """Counts wherever it stands."""
    unless: re.Pattern[str] | None
    """In the same clause: the match does not count."""
    needs: tuple[re.Pattern[str], ...]
    """Each must be found as well, in this or an earlier turn of the person."""
    without: re.Pattern[str] | None
    """Taken out of the text before the rule is tried: words that ask, not words that tell."""
    certain: bool = True
    """Whether its words cannot be harmless. Else it counts only where the classifier sees a possible emergency too."""
    choices: tuple[str, ...] = ()
    """On an unclear rule: what may have been meant, as questions that the corpus answers."""

    @property
    def reason(self) -> str:
        """What the rule found, as a trace and a log name it."""
        return self.means.split(". ")[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Rules:
    tiers: Mapping[Tier, tuple[Rule, ...]]
    frames: Mapping[str, re.Pattern[str]]
    languages: Mapping[str, frozenset[str]]
    notices: Mapping[str, tuple[str, str]]
    """Language to the name of our notice in it, and to whoever has reviewed that; empty when nobody has."""
    spelling: Spelling
    version: str
    """`file version (signed by, on)` of every file, for the trace."""


def parse_rules(texts: Mapping[str, str]) -> Rules:
    """Rules from the texts of the files, by file name; every fault names file, rule, value and remedy."""
    if WORDS not in texts:
        raise SettingsError(f"triage rules: {WORDS} is missing. Restore prompts/triage/{WORDS}.")
    words = _load(WORDS, texts[WORDS])
    patterns = Patterns(dict(words.get("lists", {})))
    tiers: dict[Tier, list[Rule]] = {tier: [] for tier in TIERS}
    seen: dict[str, str] = {}
    versions = [_version(WORDS, words)]
    for name in sorted(set(texts) - {WORDS}):
        data = _load(name, texts[name])
        tier = _tier(name, data)
        versions.append(_version(name, data))
        for raw in read_list(name, "rules", data.get("rules")):
            rule = _rule(name, tier, str(data.get("say", "")), raw, patterns)
            if rule.id in seen:
                raise name_fault(name, rule.id, rule.id, f"{seen[rule.id]} has this id already; choose another.")
            seen[rule.id] = name
            tiers[tier].append(rule)
    empty = [tier for tier in TIERS if not tiers[tier]]
    if empty:
        raise SettingsError(
            f"triage rules: no rule of tier {', '.join(empty)}. Restore the file under prompts/triage/."
        )
    return Rules(
        tiers=MappingProxyType({tier: tuple(rules) for tier, rules in tiers.items()}),
        frames=MappingProxyType(_frames(words, patterns)),
        languages={name: frozenset(str(text).split()) for name, text in dict(words.get("languages", {})).items()},
        notices={
            name: (str(notice["say"]), str(notice["reviewed_by"]))
            for name, notice in dict(words.get("notices", {})).items()
        },
        spelling=_spelling(words),
        version="; ".join(versions),
    )


def sign_rules(text: str, by: str, on: str) -> str:
    """Writes into the text of a rule file who signed it, and when."""
    return _SIGNED.sub(lambda match: f'signed_{match[1]}: "{by if match[1] == "by" else on}"', text)


def _frames(words: Mapping[str, Any], patterns: Patterns) -> dict[str, re.Pattern[str]]:
    frames = dict(words.get("frames", {}))
    if missing := [name for name in _FRAMES if name not in frames]:
        raise name_fault(WORDS, "frames", ", ".join(missing), "Add it: triage asks for it by name.")
    return {name: patterns.compile(WORDS, name, value, start="") for name, value in frames.items()}


def _spelling(words: Mapping[str, Any]) -> Spelling:
    known = {
        wrong: right for right, wrongs in dict(words.get("misspelled", {})).items() for wrong in str(wrongs).split()
    }
    recognised, exempt = (str(words.get(name, "")).split() for name in ("recognise", "exempt"))
    english = str(dict(words.get("languages", {})).get("english", "")).split()
    parts = (*recognised, *english, *str(words.get("run_together", "")).split())
    return Spelling.of(known, recognised, exempt, (part for part in parts if len(part) > 1 or part in "ai"))


def _load(name: str, text: str) -> Mapping[str, Any]:
    try:
        data = yaml.load(text, Loader=YAML_LOADER)
    except yaml.YAMLError as error:
        raise SettingsError(f"prompts/triage/{name}: not YAML: {error}. Mend the line it names.") from error
    if not isinstance(data, dict):
        raise name_fault(
            name, "-", type(data).__name__, "The file must be a mapping with version, signed_by, signed_on."
        )
    for field in ("version", "signed_by", "signed_on"):
        if field not in data:
            raise name_fault(name, "-", field, "The field is missing; leave it empty if nobody has signed yet.")
    return data


def _tier(name: str, data: Mapping[str, Any]) -> Tier:
    for tier in TIERS:
        if data.get("tier") == tier:
            return tier
    raise name_fault(name, "-", data.get("tier"), f"tier must be one of {', '.join(TIERS)}.")


def _version(name: str, data: Mapping[str, Any]) -> str:
    signed = f"{data['signed_by']}, {data['signed_on']}" if data["signed_by"] else "unsigned"
    return f"{name} {data['version']} ({signed})"


def _rule(name: str, tier: Tier, say: str, raw: object, patterns: Patterns) -> Rule:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise name_fault(name, "-", raw, "A rule is a mapping with an id.")
    rule = raw["id"]
    if unknown := set(raw) - _FIELDS:
        raise name_fault(name, rule, ", ".join(sorted(map(str, unknown))), f"Fields are {', '.join(sorted(_FIELDS))}.")
    found = {field: read_list(name, rule, raw.get(field, [])) for field in PHRASES}
    if not found["signs"] and not found["phrases"]:
        raise name_fault(name, rule, "signs, phrases", "Give at least one of them.")
    if not (says := str(raw.get("say", say))):
        raise name_fault(name, rule, "say", "Name the text under prompts/say/ that replies, here or for the file.")
    if not (means := str(raw.get("means", "")).strip()):
        raise name_fault(name, rule, "means", "Say in one sentence what the rule means.")
    parts = {
        field: patterns.compile(name, rule, phrases) if phrases else None
        for field, phrases in found.items()
        if field != "with"
    }
    return Rule(
        id=rule,
        file=name,
        tier=tier,
        say=says,
        means=means,
        match=read_texts(name, rule, raw.get("match", [])),
        other=read_texts(name, rule, raw.get("not", [])),
        needs=tuple(patterns.compile(name, rule, [phrase]) for phrase in found["with"]),
        certain=bool(raw.get("certain", True)),
        choices=read_texts(name, rule, raw.get("choices", [])),
        **parts,
    )
