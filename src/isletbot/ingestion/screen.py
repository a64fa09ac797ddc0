"""Corpus text is data, never instruction: what hides, runs, gives orders or sells does not get in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from isletbot.errors import Problem

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PLAIN_CONTROLS = frozenset("\n\t")
_LATIN_LOOKALIKES = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC")

_INJECTIONS = re.compile(
    r"""
      \b(ignore|disregard|forget|override|bypass)\W+((all|any|the|these|those|your|every|of)\W+)*
        (previous|prior|above|earlier|preceding|foregoing|system|safety)\W+
        (instruction|prompt|rule|message|direction|guideline|command|text)s?\b
    | \b(ignore|disregard|forget|override|bypass)\W+((all|any|the|these|those|your|every|of)\W+)+
        (instruction|prompt|rule|guideline|command)s?\b
    | \byou\W+are\W+now\b
    | \byou\W+(must|should|will)\W+(now|only|always|never)\W+(answer|reply|respond|say|tell|recommend|output)\b
    | \bfrom\W+now\W+on\b
    | \b(system|developer|hidden|initial)\W+prompts?\b
    | \b(developer|jailbreak|god|dan)\W+mode\b
    | \bjail\W?break
    | \b(reveal|print|repeat|output|show)\W+((me|us|all|the|your)\W+)*(instructions|prompt|secrets?|api\W+keys?)\b
    | \bnew\W+instructions?\s*:
    | \bpretend\W+(to\W+be|you\W+are|that\W+you)\b
    | \bact\W+as\W+(if\W+you|an?\W+(ai|assistant|language|chat\w*|doctor|unrestricted))\b
    | \bas\W+an?\W+(ai|language)\W+(language\W+)?model\b
    | \bdo\W+not\W+(cite|tell\W+the\W+user|follow\W+(the|your))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ROLE_MARKERS = re.compile(
    r"^[ \t>*?#-]*(system|assistant|user|human|developer)[ \t*]*:"
    r"|<\|[^|\n]{0,40}\|>|\[/?INST\]|<</?SYS>>|^[ \t>]*\#+[ \t]*(instructions?|system|response)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_MARKUP = re.compile(
    r"<!--|<!doctype|<\?\w|</?[a-z][\w-]*(\s[^<>]*)?/?>|<(script|iframe|object|embed|style|svg|img|link|meta|base|form)\b"
    r"|!\[[^\]\n]*\]\(|&(\#\d+|\#x[0-9a-f]+|lt|gt);",
    re.IGNORECASE,
)
_RUNNING_ADDRESSES = re.compile(r"\bdata:\s*[\w.+-]+/[\w.+-]+|\bdata:;|\b(java|vb)script:", re.IGNORECASE)
_OFFERS = re.compile(
    r"[$€£]\s?\d|\b\d[\d,.]*\s?(dollars|euros|pounds|usd|eur|gbp)\b|\bbookings?\b|\bbook\W+(now|today|online|your)\b"
    r"|\bhappy\W+(customers|patients|clients)\b|\bspecial\W+offers?\b|\bdiscounts?\b|\bmoney\W?back\b",
    re.IGNORECASE,
)

_RULES = (
    (_MARKUP, "no HTML, comments or images", "Write plain text."),
    (_RUNNING_ADDRESSES, "no data or script addresses", "Name an https address, or leave it out."),
    (_INJECTIONS, "no instructions to the reader", "A digest states facts: say in other words what the source says."),
    (_OFFERS, "no offers for sale", "A digest recommends no clinic and no product: leave prices and praise out."),
    (_ROLE_MARKERS, "no speaker marks", "Remove the mark: a digest is not a conversation."),
)


def screen_text(file: str, text: str) -> list[Problem]:
    """What in this file hides, runs, gives orders or sells."""
    problems = list(_find_hidden(file, text))
    shown = _fold(text)
    for pattern, rule, remedy in _RULES:
        for match in pattern.finditer(shown):
            value = text[match.start() : match.end()].strip()[:80]
            problems.append(Problem(file, _line(text, match.start()), rule, value, remedy))
    return problems


def remove_hidden(text: str) -> str:
    """The characters that a person sees."""
    return "".join(letter for at, letter in enumerate(text) if not _is_hidden(text, at, letter))


def _find_hidden(file: str, text: str) -> Iterator[Problem]:
    if text.isascii() and re.sub(r"\r?\n|\t", "", text).isprintable():
        return
    for offset, character in enumerate(text):
        if _is_hidden(text, offset, character):
            value = f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
            yield Problem(file, _line(text, offset), "no hidden characters", value, "Remove the character.")
    for word in re.finditer(r"[^\W\d_]+", text):
        if not word.group().isascii() and _mixes_scripts(word.group()):
            remedy = "Write the whole word in one script."
            yield Problem(file, _line(text, word.start()), "one script a word", word.group(), remedy)


def _is_hidden(text: str, offset: int, character: str) -> bool:
    if character in _PLAIN_CONTROLS:
        return False
    if character == "\r":
        return text[offset + 1 : offset + 2] != "\n"
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _BLANK_LETTERS
        or _VARIATION_SELECTORS.match(character) is not None
    )


def _mixes_scripts(word: str) -> bool:
    names = [unicodedata.name(character, "") for character in word]
    return any(name.startswith("LATIN") for name in names) and any(name.startswith(_LATIN_LOOKALIKES) for name in names)


def _fold(text: str) -> str:
    """Compatibility forms as plain ones (full-width letters and the like), one character for one."""
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
