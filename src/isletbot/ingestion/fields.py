"""YAML as fields with their line numbers, so that a broken rule can name its line. Knows no field by name."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from isletbot.errors import Problem

_FAST = getattr(yaml, "CSafeLoader", None)
"""libyaml's loader, five times as fast; not part of every build of PyYAML."""
_READ_OTHERWISE = ("\t", "\ufeff")
"""Beside a tab it takes what Python's loader refuses, and a mark of byte order is no sign to it."""
_DEEPEST = 50
"""Beware: libyaml composes by recursion in C, and a file nested too deeply would end the process."""


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar or a list of scalars, exactly as written; what it means is for the reader of the file to check."""

    values: tuple[str, ...]
    line: int
    is_list: bool = False
    lines: tuple[int, ...] = ()
    """The line of each item of a list."""

    @property
    def text(self) -> str:
        return self.values[0].strip() if self.values else ""


@dataclass(slots=True)
class Card:
    """One mapping of a file, and a list that collects what is wrong with it."""

    file: str
    line: int
    fields: dict[str, Field]
    problems: list[Problem] = field(default_factory=list)

    def report(self, name: str, rule: str, remedy: str, value: str | None = None) -> None:
        found = self.fields.get(name)
        shown = value if value is not None else (", ".join(found.values) if found else name)
        self.problems.append(Problem(self.file, found.line if found else self.line, rule, shown, remedy))

    def check_names(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> None:
        known = ", ".join(sorted(required | optional))
        for name in sorted(required - self.fields.keys()):
            self.report(name, "missing field", f"Add a line `{name}: …`.")
        for name in sorted(self.fields.keys() - required - optional):
            self.report(name, "unknown field", f"Remove it or use one of: {known}.", value=name)

    def text(self, name: str) -> str:
        """The field as one text; empty when missing, reported when it is a list."""
        found = self.fields.get(name)
        if found is None:
            return ""
        if found.is_list:
            self.report(name, f"{name} is one text", "Write one text, not a list.")
        return found.text

    def texts(self, name: str) -> tuple[str, ...]:
        """The field as a list of texts; empty when missing, reported when an item is empty."""
        found = self.fields.get(name)
        if found is None:
            return ()
        if not found.is_list:
            self.report(name, f"{name} is a list", f"Write `{name}: [one, another]`.")
        if any(not value.strip() for value in found.values):
            self.report(name, f"{name} has no empty item", "Remove the empty item.")
        return tuple(value.strip() for value in found.values if value.strip())


def parse_card(file: str, text: str, first_line: int) -> Card:
    """The one mapping in `text`, which begins at line `first_line` of the file."""
    card = Card(file, first_line, {})
    node = _compose(card, text)
    if isinstance(node, yaml.MappingNode):
        _read_mapping(card, node, first_line)
    elif not card.problems:
        card.report("", "fields with values", "Write lines of the form `name: value`.", value=text[:60])
    return card


def parse_cards(file: str, text: str) -> tuple[list[Card], list[Problem]]:
    """The mappings of a file that is one list of them."""
    whole = Card(file, 1, {})
    node = _compose(whole, text)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if node is not None and not isinstance(node, yaml.SequenceNode):
        whole.report("", "a list of entries", "Begin each entry with `- id: …`.", value=text[:60])
    cards = []
    for item in items:
        card = Card(file, item.start_mark.line + 1, {})
        if isinstance(item, yaml.MappingNode):
            _read_mapping(card, item, 1)
        else:
            card.report("", "fields with values", "Begin the entry with `- id: …`.", value=str(item.value))
        cards.append(card)
    return cards, whole.problems


def parse_lists(file: str, text: str) -> tuple[dict[str, list[Field]], Card]:
    """The mapping of names to lists of lists that a glossary is."""
    card = Card(file, 1, {})
    node = _compose(card, text)
    groups: dict[str, list[Field]] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            items = value.value if isinstance(value, yaml.SequenceNode) else [value]
            groups[key.value] = [_read_field(card, item) for item in items]
            card.fields[key.value] = Field((), line, is_list=True)
    elif node is not None:
        card.report("", "fields with values", "Write `same:` and `elsewhere:`, each with a list.", value=text[:60])
    return groups, card


def _compose(card: Card, text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = _compose_fast(text) or yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        # A quote left open is noticed at the end of the file, but begins where scanning began.
        opened = error.context_mark if (error.context or "").startswith("while scanning") else None
        mark = opened or error.problem_mark
        line = mark.line if mark else 0
        value = text.splitlines()[line] if line < len(text.splitlines()) else ""
        remedy = "Put a value that holds a colon, a quote or a bracket in quotes."
        card.problems.append(Problem(card.file, card.line + line, f"readable YAML ({error.problem})", value, remedy))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        card.report("", "readable YAML", "Remove what YAML does not allow.", value=str(error)[:60])
        return None
    return node


def _compose_fast(text: str) -> yaml.Node | None:
    """None for what libyaml does not read, might not survive or reads otherwise: Python's loader then has the word."""
    if _FAST is None or any(sign in text for sign in _READ_OTHERWISE):
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_FAST):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return None
        node: yaml.Node | None = yaml.compose(text, Loader=_FAST)
        return node
    except (yaml.YAMLError, ValueError):
        return None


def _read_mapping(card: Card, node: yaml.MappingNode, first_line: int) -> None:
    for key, value in node.value:
        name = str(key.value)
        line = first_line + key.start_mark.line
        if name in card.fields:
            repeated = Problem(card.file, line, "each field once", name, "Remove one of the two.")
            card.problems.append(repeated)
            continue
        read = _read_field(card, value)
        shift = first_line - 1
        card.fields[name] = Field(read.values, line, read.is_list, tuple(shift + item for item in read.lines))


def _read_field(card: Card, node: yaml.Node) -> Field:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Field(() if node.tag.endswith(":null") else (node.value,), line)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    scalars = [item for item in items if isinstance(item, yaml.ScalarNode)]
    if len(scalars) != len(items) or not isinstance(node, yaml.SequenceNode):
        remedy = "Write a text, or a list of texts."
        card.problems.append(Problem(card.file, line, "plain values", str(node.tag), remedy))
    lines = tuple(item.start_mark.line + 1 for item in scalars)
    return Field(tuple(item.value for item in scalars), line, is_list=True, lines=lines)
