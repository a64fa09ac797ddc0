"""One person proposes a new text for a file of triage rules and another approves it; neither can weaken the curated red
flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import yaml

from isletbot.answering.red_flags.patterns import WORDS
from isletbot.answering.red_flags.regression_check import RegressionResult, Turns
from isletbot.answering.red_flags.rules import YAML_LOADER, Rules
from isletbot.console.rule_process import ExampleTexts, RegressionInput, run_in_process
from isletbot.curation.rule_changes import RuleChange, RuleChanges
from isletbot.errors import InputError

MOST_CHARS = 200_000
_MOST_EXAMPLES, _EXAMPLE_CHARS = 20, 300
_PATIENCE_SECONDS = 60.0
_FIXED = frozenset({WORDS})
"""The file without rules, which changes only with a release."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    name: str
    tier: str
    version: str
    signed: str
    """Who signed the file and on which day; empty when nobody has."""
    text: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class RuleEditor:
    shipped: Mapping[str, str]
    """The shipped files by name."""
    red_flags: Sequence[Turns]
    """The curated conversations that must stay urgent."""
    changes: RuleChanges
    rules_now: Callable[[], Rules]
    trouble: Callable[[], str]
    """Says why an approved change is not in force; empty when it is."""
    patience_seconds: float = _PATIENCE_SECONDS

    def list_files(self) -> tuple[RuleFile, ...]:
        """Lists the files as they are in force, or as they would be if nothing were wrong with them."""
        in_force = {change.file: change for change in self.changes.list_in_force()}
        texts = {name: in_force[name].text if name in in_force else text for name, text in self.shipped.items()}
        return tuple(_read_file(name, texts[name], in_force.get(name)) for name in sorted(texts))

    def find_file(self, name: str) -> RuleFile:
        """Returns the file of this name. Raises InputError."""
        for file in self.list_files():
            if file.name == name:
                return file
        raise InputError(f"There is no file {name[:64]!r} of rules.", remedy="Choose one from the list.")

    def propose(self, name: str, text: str, why: str, examples: Sequence[str], by: tuple[str, datetime]) -> RuleChange:
        """Tests a proposal and returns it without storing it. Raises InputError."""
        file = self.find_file(name)
        said = tuple(line for line in (example.strip() for example in examples) if line)
        if not said or len(said) > _MOST_EXAMPLES or max(map(len, said)) > _EXAMPLE_CHARS:
            rule = f"Write 1 to {_MOST_EXAMPLES} examples, one a line, at most {_EXAMPLE_CHARS} characters each."
            raise InputError(f"There are {len(said)} examples.", remedy=rule)
        # Browsers send no line end after the last line of a text area's own.
        change = RuleChange(uuid4().hex, name, text.rstrip() + "\n", file.text, why, said, *by)
        self.test(change)
        return change

    def test(self, change: RuleChange) -> RegressionResult:
        """Runs the tests of a change and returns their result, which is never a failure. Raises InputError."""
        file = self.find_file(change.file)
        if file.fixed:
            raise InputError(f"{file.name} holds no rules.", remedy="It changes with a release.")
        if change.replaces != file.text:
            raise InputError(f"{file.name} was changed meanwhile.", remedy="Propose it again from the text of now.")
        self._check_head(file, change.text)
        texts = {each.name: each.text for each in self.list_files()} | {change.file: change.text}
        given = RegressionInput(texts, self.shipped, self.red_flags, self._gather_examples(change))
        result = run_in_process(given, self.patience_seconds)
        if result.lowered:
            shown = "; ".join(result.lowered[:3])
            raise InputError(
                f"{len(result.lowered)} of {result.tried} curated red flags would get less help: {shown}.",
                remedy="A change may add to what is urgent and not take from it.",
            )
        if result.missed:
            raise InputError(
                f"No rule of the file catches {result.missed[0]!r}.", remedy="Mend the rules, or the examples."
            )
        return result

    def _check_head(self, file: RuleFile, text: str) -> None:
        try:
            data = yaml.load(text, Loader=YAML_LOADER)
        except yaml.YAMLError as error:
            raise InputError("This is not YAML.", remedy=str(error).replace("\n", " ")) from None
        head = data if isinstance(data, dict) else {}
        if str(head.get("tier")) != file.tier:
            raise InputError(f"The tier is {head.get('tier')!r}.", remedy=f"That of {file.name} stays {file.tier}.")
        if str(head.get("version")) == file.version:
            raise InputError(f"The version is still {file.version!r}.", remedy="Give the file a new one.")

    def _gather_examples(self, change: RuleChange) -> ExampleTexts:
        """Gathers the examples of this change and of every approved one: a rule must still catch what one caught
        before."""
        texts = {each.name: each.text for each in self.list_files()} | {change.file: change.text}
        approved = (each for each in self.changes.list_changes() if each.state == "approved")
        return [(list_rules(texts[each.file]), each.examples) for each in (*approved, change) if each.file in texts]


def list_rules(text: str) -> tuple[str, ...]:
    """Lists the names of the rules in a file."""
    data = yaml.load(text, Loader=YAML_LOADER)
    rules = data.get("rules", ()) if isinstance(data, dict) else ()
    return tuple(str(rule.get("id")) for rule in rules or () if isinstance(rule, dict))


def _read_file(name: str, text: str, change: RuleChange | None) -> RuleFile:
    data = yaml.load(text, Loader=YAML_LOADER)
    head = data if isinstance(data, dict) else {}
    signed = f"{head['signed_by']}, {head['signed_on']}" if head.get("signed_by") else ""
    if change and change.decided_at:
        signed = f"{change.proposed_by} and {change.decided_by}, {change.decided_at:%Y-%m-%d}"
    return RuleFile(name, str(head.get("tier", "")), str(head.get("version", "")), signed, text, name in _FIXED)
