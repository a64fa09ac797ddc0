"""Reads what was meant to be sent out of what was pasted: mail footers, HTML, markdown, list marks, quotes. Pure.

It changes the form only, and keeps blanks within a line: two of them part the words of a text with spaced letters.
What is dropped may hold a red flag, so triage reads the message as typed as well.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from isletbot.answering.text import bare_words

_ESCAPED_BREAK = re.compile(r"(?:\\r)?\\n|\\r|\\t")
_UNSEEN = re.compile(r"<!--.*?-->|<(style|script|title)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTES = r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))*\s*/?"
# With an equals sign in every attribute, so that "a<b and c>d" is no tag.
_BLOCK = re.compile(
    rf"</?(?:p|div|br|li|ul|ol|tr|td|th|table|tbody|h[1-6]|blockquote|html|head|body|pre|hr){_ATTRIBUTES}>",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"</?(?:span|b|i|u|s|a|em|strong|font|sub|sup|small|code|img|meta|link|[ow]:\w+){_ATTRIBUTES}>", re.IGNORECASE
)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|quot|apos|lt|gt|rsquo|lsquo|rdquo|ldquo|hellip|ndash|mdash|#\d{1,6}|#x[\da-f]{1,5});", re.I
)
# "> Two people died"; not "> 70% of the time".
_QUOTED = re.compile(r"^\s*(?:>\s?)+(?![\d\s=])")
# "On 3 May 2026 at 10:12, Anna <anna@example.org> wrote:"
_QUOTES_FROM_HERE = re.compile(
    r"^\s*(?:on .{4,120} wrote|-+ ?original message ?-+|am .{4,120} schrieb .{1,80}):?\s*$", re.IGNORECASE
)
_DEVICE = (
    r"(?:iphone|ipad|android|samsung|galaxy|huawei|pixel|blackberry|xiaomi|outlook|yahoo|gmail|proton|mail|mobile|"
    r"phone|device)"
)
_FOOTERS = (
    # "Sent from my iPhone", "Sent via Outlook for Android", "Von meinem iPhone gesendet"
    re.compile(
        rf"(?:^|(?<=[\s.?!]))(?:sent (?:from|via|with) (?:my |the )?|get |envoyé (?:de mon|depuis mon) |"
        rf"enviado (?:desde|do) (?:mi |meu )?|inviato da(?:l mio)? |von meinem )"
        rf"(?:\w+ )?{_DEVICE}[^.?!\n]{{0,40}}\.?\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:^|(?<=[\s.?!]))(?:(?:confidentiality (?:notice|note)|legal notice|disclaimer)\b\s*[:.\-]?|"
        r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication)\b"
        r"[^.]{0,120}\b(?:confidential|privileged|intended (?:only|solely)))"
        r"(?=.*\b(?:confidential|privileged|intended|recipient|addressee)\b).*\Z",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(r"\n\s*--\s*(?:\n.*)?\Z", re.DOTALL),
)
# "2. How", "1) how", "(3) how", "Q1: how", "Question 4: how", "- how", "## How", "a) how"
_LIST_MARK = re.compile(
    r"^\s*(?:\(?\d{1,2}[.)]|(?:q|question)\s?\d{0,2}\s?[:.)]|\(?[a-h]\)|[-*+•◦▪·–—]|#{1,6}|\d\ufe0f?\u20e3)\s+(?=\S)",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\[\]\n]+)\]\((?:https?:|mailto:)[^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_FENCE = re.compile(r"^\s*```\w*\s*$|```", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*_~`])(\*{1,3}|_{1,3}|~~|`)(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
_MARKS = re.compile(r"[?!]{2,}")
_REPEATED = re.compile(r"([,;:])\1+|\.{4,}")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u231a-\u23ff\ufe0f\u20e3\U000e0020-\U000e007f]"
    "(?:\u200d)?"
)
_COMMAND = re.compile(r"^\s*/([a-z]{2,20})(?:@\w+)?\s*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")


def read_form(text: str) -> str:
    """Returns the message without what surrounds it; a message that is nothing else stays as it is."""
    read = _drop_html(_ESCAPED_BREAK.sub("\n", text))
    read = _drop_footers(_drop_quoted(read.splitlines()))
    lines = (_strip_marks(line) for line in _FENCE.sub("", _LINK.sub(r"\1", read)).splitlines())
    read = "\n".join(line for line in lines if line)
    return read if _WORD.search(read) else text.strip()


def drop_own_words(text: str, said: Collection[str]) -> str:
    """Leaves out quoted lines that the bot itself has said: the person has not said them."""
    lines = text.splitlines()
    known = [bare_words(turn) for turn in said]
    kept = [line for line in lines if not (_QUOTED.match(line) and _is_among(line, known))]
    return "\n".join(kept) if any(map(_WORD.search, kept)) else text


def _is_among(line: str, known: Collection[str]) -> bool:
    words = bare_words(_QUOTED.sub("", line))
    return any(words in turn for turn in known)


def _drop_html(text: str) -> str:
    bare = _INLINE.sub("", _BLOCK.sub("\n", _UNSEEN.sub(" ", text)))
    return html.unescape(bare).replace("\xa0", " ") if bare != text or _ENTITY.search(bare) else bare


def _drop_quoted(lines: list[str]) -> str:
    """Without quoted lines and what a mail quotes below its reply; where there are no other words, with those."""
    own: list[str] = []
    for line in lines:
        if _QUOTES_FROM_HERE.match(line) and any(map(_WORD.search, own)):
            break
        if not _QUOTED.match(line):
            own.append(line)
    if any(map(_WORD.search, own)):
        return "\n".join(own)
    return "\n".join(_QUOTED.sub("", line) for line in lines)


def _drop_footers(text: str) -> str:
    for _ in _FOOTERS:  # each may stand below another
        for footer in _FOOTERS:
            rest = footer.sub("", text.rstrip())
            text = rest if _WORD.search(rest) else text
    return text


def _strip_marks(line: str) -> str:
    while (rest := _LIST_MARK.sub("", line, count=1)) != line:
        line = rest
    while (rest := _EMPHASIS.sub(r"\2", line)) != line:
        line = rest
    if _EMOJI.search(line) and _WORD.search(bare := _EMOJI.sub(" ", line)):
        line = " ".join(bare.split())
    line = _MARKS.sub(lambda found: "?" if "?" in found.group() else "!", line)
    line = _REPEATED.sub(lambda found: found.group(1) or "...", line)
    return _COMMAND.sub(r"\1", line).strip()
