"""This module checks whether a reply rests on what it cites: quotes against the sources, figures and sentences against
the quotes. Pure.

Citation recall and precision are those of ALCE (Gao et al. 2023, arXiv:2305.14627, section 4), with its entailment
model replaced by the claim ledger that ships (`answering/verification/ledger.py`), so that the same reply
always scores the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from isletbot.answering.verification.ledger import judge_claim
from isletbot.answering.verification.same_figures import write_figures_alike
from isletbot.answering.verification.sums import judge_sum
from isletbot.corpus import StudyWords
from isletbot.evaluation.replies import (
    CitedQuote,
    ReplyJson,
    ReplySentence,
    normalise_text,
    read_notices,
    read_sentences,
    read_text,
)
from isletbot.ports import Judgement

CheckOutcome = Literal["pass", "fail", "ungraded"]

_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?")
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_VALUES = {word: str(value) for value, word in enumerate(f"{_WORDS} eighteen nineteen twenty".split())}
_OPENING = re.compile(r"^(?:Yes|No|Not yet|Nobody knows yet)\.\s+")
"""Those of `prompts/openings.yaml`: `No. 10 of the 12 did.`; the line holds each to what its answer denies."""
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class SourceText:
    """One version of one source, which the offsets of quotes refer to."""

    text: str
    version: str = ""
    signed: frozenset[str] = frozenset()
    """Sentences that a second person approved with quotes of this source: plain forms, sentences of answers."""
    study: StudyWords = field(default_factory=StudyWords)


SourceTexts = Mapping[str, SourceText]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`right` of `of` things are right; `ungraded` ones could not be judged and are in neither."""

    right: int = 0
    of: int = 0
    ungraded: int = 0

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.right + other.right, self.of + other.of, self.ungraded + other.ungraded)


@dataclass(frozen=True, slots=True)
class Grounding:
    """The counts of one answered reply, to be added up over many."""

    recall: Ratio = Ratio()
    """Sentences that their quotes support together."""
    precision: Ratio = Ratio()
    """Citations that their sentence needs."""
    quotes: Ratio = Ratio()
    """Citations whose quote stands byte for byte at its offset in the source."""
    numbers: Ratio = Ratio()
    """Figures of the reply that stand in a quote that its sentence cites."""
    problems: tuple[tuple[str, str], ...] = ()
    """Pairs of `quote`, `number` or `support` and what is wrong."""


def judge_quote(cited: CitedQuote, sources: SourceTexts) -> CheckOutcome:
    """Judges whether the quote stands in the source. Another version of the source or an empty library cannot be
    judged."""
    if not cited.quote.strip():
        return "fail"
    source = sources.get(cited.source_id)
    if source is None:
        return "fail" if sources else "ungraded"
    if cited.start >= 0 and source.text[cited.start : cited.end] == cited.quote:
        return "pass"
    if cited.start < 0 and cited.quote in source.text:
        return "pass"
    differs = cited.version and source.version and cited.version != source.version
    return "ungraded" if differs else "fail"


def read_numbers(text: str) -> tuple[str, ...]:
    """Reads every figure as a value in order, in digits or words up to twenty; `1,000` is `1000`, `83.0%` is `83`."""
    plain = normalise_text(write_figures_alike(text)).lower()
    digits = [found.replace(",", "") for found in _NUMBER.findall(plain)]
    words = [_VALUES[word] for word in _WORD.findall(plain) if word in _VALUES]
    return (*digits, *words)


def measure_grounding(reply: ReplyJson, sources: SourceTexts) -> Grounding:
    """Counts everything at once for a reply of kind `answered`."""
    sentences = read_sentences(reply)
    problems: list[tuple[str, str]] = []
    total = Grounding()
    for sentence in sentences:
        one = _measure_sentence(sentence, sources)
        problems.extend(one.problems)
        total = Grounding(
            total.recall + one.recall,
            total.precision + one.precision,
            total.quotes + one.quotes,
            total.numbers + one.numbers,
        )
    loose = _list_loose_numbers(reply, sentences)
    problems.extend(("number", f"the text says {value}, no sentence does") for value in loose)
    numbers = total.numbers + Ratio(0, len(loose))
    return Grounding(total.recall, total.precision, total.quotes, numbers, tuple(problems))


def _measure_sentence(sentence: ReplySentence, sources: SourceTexts) -> Grounding:
    verdicts = [judge_quote(cited, sources) for cited in sentence.cited]
    problems = [
        ("quote", f"not in {cited.source_id or 'any source'}: {cited.quote[:80]!r}")
        for cited, verdict in zip(sentence.cited, verdicts, strict=True)
        if verdict == "fail"
    ]
    quotes = Ratio(verdicts.count("pass"), len(verdicts) - verdicts.count("ungraded"), verdicts.count("ungraded"))
    held = [cited.quote for cited, verdict in zip(sentence.cited, verdicts, strict=True) if verdict != "fail"]
    said = read_numbers(sentence.text)
    shown = judge_sum(sentence.text, held)
    sum_holds = shown is not None and shown.outcome == "supported"
    known = set(said) if sum_holds else {value for quote in held for value in read_numbers(quote)}
    problems += [
        ("number", f"{value} is in no quote of: {sentence.text[:80]!r}") for value in said if value not in known
    ]
    if held and _is_signed(sentence, sources):
        needed = Ratio(len(held), len(sentence.cited))
        return Grounding(Ratio(1, 1), needed, quotes, Ratio(sum(v in known for v in said), len(said)), tuple(problems))
    study = next((source.study for one in sentence.cited if (source := sources.get(one.source_id))), StudyWords())
    recall = _measure_recall(sentence.text, held, study)
    if recall.right < recall.of:
        problems.append(
            ("support", f"{_judge_support(sentence.text, held, study).reason.text}: {sentence.text[:80]!r}")
        )
    fakes = Ratio(0, len(sentence.cited) - len(held))
    precision = _measure_precision(sentence.text, held, recall, study) + fakes
    return Grounding(recall, precision, quotes, Ratio(sum(v in known for v in said), len(said)), tuple(problems))


def _is_signed(sentence: ReplySentence, sources: SourceTexts) -> bool:
    """Tells whether every source it cites has the sentence, its opening left out, among those that were approved."""
    bare = _OPENING.sub("", sentence.text)
    cited = [sources.get(one.source_id) for one in sentence.cited]
    return bool(cited) and all(source is not None and bare in source.signed for source in cited)


def _measure_recall(text: str, quotes: Sequence[str], study: StudyWords) -> Ratio:
    """Returns the ALCE citation recall of one sentence: 1 when it has citations and together they support it, else
    0."""
    match _judge_support(text, quotes, study).outcome:
        case "supported":
            return Ratio(1, 1)
        case "unsupported":
            return Ratio(0, 1)
        case _:
            return Ratio(0, 0, 1)


def _measure_precision(text: str, quotes: Sequence[str], recall: Ratio, study: StudyWords) -> Ratio:
    """Counts by ALCE citation precision: a citation counts when the sentence is supported and the citation is not
    irrelevant. It is irrelevant when it does not support the sentence by itself and the others support it without
    it."""
    if recall.ungraded:
        return Ratio(0, 0, len(quotes))
    if not recall.right:
        return Ratio(0, len(quotes))
    needed = 0
    for place, quote in enumerate(quotes):
        others = [*quotes[:place], *quotes[place + 1 :]]
        alone = _judge_support(text, [quote], study).outcome == "supported"
        needed += alone or not others or _judge_support(text, others, study).outcome != "supported"
    return Ratio(needed, len(quotes))


def _judge_support(text: str, quotes: Sequence[str], study: StudyWords) -> Judgement:
    return judge_sum(text, quotes) or judge_claim(text, quotes, study)


def _list_loose_numbers(reply: ReplyJson, sentences: Sequence[ReplySentence]) -> tuple[str, ...]:
    """Lists figures of the text that neither its sentences nor its notices have: the reply may show only what was
    checked."""
    parts = [sentence.text for sentence in sentences] + list(read_notices(reply))
    known = {value for part in parts for value in read_numbers(part)}
    shown = _ADDRESS.sub(" ", read_text(reply))
    return tuple(value for value in dict.fromkeys(read_numbers(shown)) if value not in known)
