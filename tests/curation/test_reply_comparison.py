"""What became of each part of a reply, when its question is asked again."""

from __future__ import annotations

from dataclasses import replace

from isletbot.curation.conversation_review import StoredReply
from isletbot.curation.reply_comparison import ComparedPart, compare_replies
from isletbot.server.wire import answer_to_json
from isletbot.storage.sql_conversations import trace_to_json
from isletbot.types import Answer, Citation, Notice, Quote, Sentence
from tests.kept import a_trace
from tests.scripted import NEJM, NOTICE, STANDING, WORDS, an_answer

OTHER = "Two of the 14 people in the trial died."


def keep(answer: Answer) -> StoredReply:
    return StoredReply(answer_to_json(answer), trace_to_json(answer.trace))


def an_answer_of(*texts: str, version: str = "sha256:00") -> Answer:
    source = replace(NEJM, version=version)
    return an_answer(
        sentences=tuple(Sentence(text, (Quote(text[:4], text, 0, len(text)),)) for text in texts),
        citations=tuple(
            Citation(text[:4], number, source, "Results", text, 0, len(text)) for number, text in enumerate(texts, 1)
        ),
        trace=a_trace(versions={"index": version}),
    )


def test_the_same_reply_is_the_same() -> None:
    found = compare_replies(keep(an_answer_of(WORDS)), keep(an_answer_of(WORDS)))
    assert found.same
    assert not any(fact.changed for fact in (*found.facts, *found.versions))


def test_sentences_stand_in_the_order_of_reading_each_with_its_fate() -> None:
    found = compare_replies(keep(an_answer_of(WORDS, "Gone now.")), keep(an_answer_of(WORDS, OTHER)))
    assert found.sentences == (
        ComparedPart("kept", WORDS),
        ComparedPart("removed", "Gone now."),
        ComparedPart("added", OTHER),
    )
    assert [(part.fate, part.words) for part in found.citations] == [
        ("kept", WORDS), ("added", OTHER), ("removed", "Gone now."),
    ]  # fmt: skip
    assert not found.same


def test_the_same_words_of_a_renewed_source_are_told_apart() -> None:
    found = compare_replies(keep(an_answer_of(WORDS)), keep(an_answer_of(WORDS, version="sha256:01")))
    assert found.citations[0].renewed
    assert not found.same
    assert [fact.name for fact in found.versions if fact.changed] == ["index"]


def test_a_referral_is_compared_as_the_text_it_is() -> None:
    before, after = an_answer("needs_clinician", "Ask your doctor."), an_answer("needs_clinician", "Ask your team.")
    found = compare_replies(keep(before), keep(after))
    assert found.sentences == (ComparedPart("removed", "Ask your doctor."), ComparedPart("added", "Ask your team."))


def test_another_kind_or_notice_is_not_the_same() -> None:
    declined = keep(an_answer("not_in_corpus"))
    found = compare_replies(keep(an_answer()), declined)
    assert [fact.name for fact in found.facts if fact.changed] == ["kind", "composer"]
    more = keep(an_answer(notices=(NOTICE, STANDING, Notice("due", "A source is due for review."))))
    assert compare_replies(keep(an_answer()), more).notices[2].fate == "added"
