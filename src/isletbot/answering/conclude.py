"""Last step of the line: decides from route, draft and verdict what the person is told. Pure and total."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from isletbot.answering.citations import cite_sentences
from isletbot.answering.declining import word_decline
from isletbot.answering.doses import names_dose
from isletbot.answering.left_out import name_left_out
from isletbot.corpus import StudyWords
from isletbot.dates import write_date
from isletbot.languages import find_ending
from isletbot.types import Answer, Citation, Draft, Evidence, Kind, Notice, Sentence, Trace, Triage, Verdict

NOTHING = Draft(composer="none", sentences=())
NO_VERDICT = Verdict(())
_MOST_CHOICES = 3
_SHORT, _FULL = "general-information", "not-medical-advice"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every Answer carries whatever was asked."""

    id: str
    today: date
    corpus_as_of: date
    say: Callable[..., str]
    """Name of a text under `prompts/say/` and its placeholders to the text."""
    starters: tuple[str, ...]
    """Questions the corpus answers, for replies that have found none."""
    trace: Trace
    choices: tuple[str, ...] = ()
    """What an unclear message may have meant, as far as the corpus answers it; else the starters are offered."""
    study: StudyWords = field(default_factory=StudyWords)
    """What doses are counted in and which medicines there are: no dose is said after a referral."""


def conclude_answer(triage: Triage, draft: Draft, verdict: Verdict, evidence: Evidence, frame: Frame) -> Answer:
    sentences = verdict.supported
    match (triage.route, bool(frame.trace.failure), bool(sentences)):
        case ("urgent", _, _):
            return _urgent(frame.say(triage.say), frame)
        case ("personal", False, True) if triage.facts and not any(names_dose(s.text, frame.study) for s in sentences):
            lead = f"{frame.say(triage.say)}\n\n" + frame.say("general-facts") + " "
            return _cited("needs_clinician", lead, draft, sentences, evidence, frame)
        case ("personal", _, _):
            return _reply("needs_clinician", frame.say(triage.say), frame.starters, frame)
        case ("answer", _, True):
            return _cited("answered", "", draft, sentences, evidence, frame)
        case (_, True, _):
            return _reply("not_in_corpus", frame.say("failed-closed"), frame.starters, frame)
        case ("unclear", _, _):
            choices = frame.choices or frame.starters[:_MOST_CHOICES]
            return _reply("not_in_corpus", frame.say("which-do-you-mean", choices=" ".join(choices)), choices, frame)
        case ("off_topic", _, _):
            return _reply("out_of_scope", frame.say(triage.say), frame.starters, frame)
        case ("small_talk", _, _):
            return _reply("small_talk", frame.say(triage.say), frame.starters, frame)
        case _:
            text, topics = word_decline(draft, evidence, frame.starters, frame.say)
            return _reply("not_in_corpus", text, topics, frame)


def add_notice(answer: Answer, notice: Notice) -> Answer:
    """The same answer with one more notice: in the text before the standing one, and never in an urgent text."""
    before = tuple(one for one in answer.notices if one.id not in (_SHORT, _FULL))
    standing = answer.notices[len(before) :]
    text, short = answer.text, next((one.text for one in standing if one.id == _SHORT), "")
    if short:
        text = f"{text.removesuffix(short)}{notice.text}\n\n{short}"
    return replace(answer, text=text, notices=(*before, notice, *standing))


def _urgent(text: str, frame: Frame) -> Answer:
    """Only whom to call stands in the text; the full notice is in `notices`, for a page to show elsewhere."""
    answer = _reply("urgent", text, (), frame)
    return replace(answer, text=text, notices=answer.notices[-1:])


def _reply(kind: Kind, text: str, suggestions: tuple[str, ...], frame: Frame) -> Answer:
    notices = _standing_notices(frame)
    return Answer(
        id=frame.id,
        kind=kind,
        text=_join(text, notices),
        sentences=(),
        citations=(),
        notices=notices,
        as_of=frame.corpus_as_of,
        suggestions=suggestions,
        composer="none",
        trace=frame.trace,
    )


def _cited(
    kind: Kind, lead: str, draft: Draft, sentences: Sequence[Sentence], evidence: Evidence, frame: Frame
) -> Answer:
    citations = cite_sentences(sentences, evidence)
    numbers = {citation.key: citation.number for citation in citations}
    notices = _notices(citations, name_left_out(draft, evidence, frame.say), frame)
    marked = [f"{sentence.text} {_marks(sentence, numbers)}" for sentence in sentences]
    return Answer(
        id=frame.id,
        kind=kind,
        text=_join(lead + " ".join((*draft.leads, *marked)), notices),
        sentences=tuple(sentences),
        citations=citations,
        notices=notices,
        as_of=citations[0].source.as_of,
        suggestions=draft.suggestions,
        composer=draft.composer,
        trace=frame.trace,
    )


def _marks(sentence: Sentence, numbers: Mapping[str, int]) -> str:
    return "".join(f"[{number}]" for number in dict.fromkeys(numbers[quote.key] for quote in sentence.quotes))


def _notices(citations: Sequence[Citation], left_out: str, frame: Frame) -> tuple[Notice, ...]:
    notices = [Notice("part-not-in-corpus", left_out)] if left_out else []
    for source in dict.fromkeys(citation.source for citation in citations):
        if source.review_due < frame.today:
            text = frame.say("source-due-for-review", title=source.title, date=write_date(source.review_due))
            notices.append(Notice("source-due-for-review", text))
    return (*notices, *_standing_notices(frame))


def _standing_notices(frame: Frame) -> tuple[Notice, ...]:
    """The short form, which ends a text in its language, and the full one, which a page shows where the chat opens."""
    ending = find_ending(frame.trace.triage.say) if frame.trace.triage else ""
    short = frame.say(f"{_SHORT}{ending}") if ending else frame.say("general-information")
    return Notice(_SHORT, short), Notice(_FULL, frame.say("not-medical-advice"))


def _join(text: str, notices: Sequence[Notice]) -> str:
    return "\n\n".join((text, *(notice.text for notice in notices if notice.id != _FULL)))
