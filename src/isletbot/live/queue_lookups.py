"""Answers the questions that the staff's queue asks about what is served now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from isletbot.curation.source_watch import CitingItem, FindCiting
from isletbot.errors import InputError
from isletbot.live.bot import LiveBot
from isletbot.ports import ApprovedAnswers, PassageIndex
from isletbot.types import Question


def list_served(live: LiveBot) -> Callable[[], Mapping[str, str]]:
    return lambda: {answer.id: "\n".join(answer.asks) for answer in live.line.answers.answers}


def find_answer_for(live: LiveBot) -> Callable[[str], str]:
    """Asks the bot as a patient would, so that a group closes only when its question gets the answer."""

    def find(question: str) -> str:
        try:
            reply = live.ask(Question(question[: live.line.limits.question_chars]))
        except InputError:  # once redacted, it may be no question any more
            return ""
        said = {sentence.text for sentence in reply.sentences}
        if reply.kind != "answered" or reply.composer != "approved":
            return ""
        served = live.line.answers.answers
        return next((a.id for a in served if any(sentence.text in said for sentence in a.sentences)), "")

    return find


def find_citing_in(index: Callable[[], PassageIndex], served: Callable[[], ApprovedAnswers]) -> FindCiting:
    """Finds the cautions that name the statements and the approved answers that quote the source."""

    def find(source_id: str, anchors: Sequence[str]) -> Sequence[CitingItem]:
        now, names = index(), {f"{source_id}#{anchor}" for anchor in anchors}
        keys = {passage.key for passage in now.everything() if passage.source.id == source_id}
        cautions = [c for c in now.cautions if names.intersection((*c.say, *c.weaker))]
        answers = [a for a in served().answers if any(q.key in keys for s in a.sentences for q in s.quotes)]
        return (
            *(CitingItem(f"caution {caution.id}: {caution.point}") for caution in cautions),
            *(CitingItem(f"approved answer {answer.id}: {answer.asks[0]}") for answer in answers),
        )

    return find
