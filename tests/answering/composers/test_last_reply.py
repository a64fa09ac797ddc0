"""The composer says what the last reply said, in the way the person asks for: always with the quotes it had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from isletbot.answering.composers.last_reply import LastReplyComposer, has_figures
from isletbot.answering.glossary import Lexicon
from isletbot.answering.recall import Recalled, ReplyIntent, ReplyIntentName
from isletbot.corpus import Glossary
from isletbot.types import (
    ApprovedAnswer,
    Draft,
    Evidence,
    Found,
    NearAnswer,
    Part,
    Passage,
    Query,
    Quote,
    ScoredPassage,
    Sentence,
)
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, Unheard, a_passage, a_source

RELEASE = a_source(
    id="release", title="A Release", publisher="Vertex", published=date(2025, 6, 1), as_of=date(2025, 7, 2)
)
OFF = a_passage(INDEPENDENCE, say="Ten of the 12 used no insulin a year on.")
DIED = a_passage(DEATHS, start=200)
LOWS = a_passage("Nobody had severe lows.", start=300, again="None had lows.")
GLUCOSE = a_passage("Glucose stayed in range.", start=400)
WEIGHT = a_passage("Weight was not reported.", start=500)
ODOUR = a_passage("An odour was never noted.", start=600)
MADE = a_passage("The cells are grown in a laboratory.", start=700, heading="Background")
FOLLOWED = a_passage(PROGRAMME, source=RELEASE, corrected_by=(OFF.key,))
BASED = a_passage("Vertex is based in Boston.", source=RELEASE, start=200)
EVERY = (OFF, DIED, LOWS, GLUCOSE, WEIGHT, ODOUR, MADE, FOLLOWED, BASED)
LEXICON = Lexicon(EVERY, Glossary(same=(), elsewhere=()))
QUERY = Query("shorter please", (Part("shorter please"),))


def quote(passage: Passage) -> Quote:
    return Quote(passage.key, passage.text, passage.start, passage.start + len(passage.text))


def sentence(passage: Passage, text: str = "") -> Sentence:
    return Sentence(text or passage.text, (quote(passage),))


FIRST, SECOND = sentence(OFF, "Most of the 12 came off insulin."), sentence(FOLLOWED)
ANSWER = ApprovedAnswer("off", (), (FIRST,), "Al", "Bo", *(date(2026, 11, 20),) * 3)


def compose(name: ReplyIntentName, *said: Sentence, heard: Sequence[Passage] = (), number: int = 0) -> Draft:
    """The draft of an intent on what was `said`, where the evidence has every passage."""
    numbers = {1: "paper", 2: "release"}
    recalled = Recalled(said, numbers)
    keys = {*recalled.keys, *(passage.key for passage in heard)}
    intent = ReplyIntent(name, recalled, frozenset(keys), number)
    quoted = [passage for passage in EVERY if passage.key in recalled.keys]
    scored = tuple(ScoredPassage(passage, 1.0, 1.0, 1.0, 1.0) for passage in quoted)
    evidence = Evidence((Found(QUERY.parts[0], scored, (NearAnswer(ANSWER, (1.0,), 1.0),)),), related=EVERY)
    composer = LastReplyComposer(intent, lambda name, **values: f"<{' '.join((name, *values.values()))}>", LEXICON)
    return composer.compose(QUERY, evidence, Draft("none", (), unanswered=QUERY.parts), Unheard())


def texts(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_shorter_is_the_first_sentence() -> None:
    draft = compose("shorter", FIRST, SECOND)
    assert (draft.sentences, draft.leads, draft.composer, draft.unanswered) == ((FIRST,), (), "approved", ())


def test_one_sentence_cannot_be_shorter_and_that_is_said() -> None:
    assert (compose("shorter", FIRST).sentences, compose("shorter", FIRST).leads) == ((FIRST,), ("<no-shorter>",))


def test_an_opening_stays_with_an_approved_sentence() -> None:
    opened = Sentence(f"No. {FIRST.text}", FIRST.quotes, opening="No.")
    assert compose("shorter", opened, SECOND).sentences == (opened,)
    assert compose("shorter", opened, SECOND).composer == "approved"


def test_plainer_is_the_plain_form_of_what_was_quoted() -> None:
    draft = compose("plainer", FIRST, sentence(DIED))
    assert texts(draft) == [OFF.say, DIED.text]
    assert (draft.leads, draft.composer) == ((), "quotes")


def test_what_is_plain_already_is_said_again_and_that_is_said() -> None:
    draft = compose("plainer", sentence(OFF, OFF.say))
    assert (texts(draft), draft.leads) == ([OFF.say], ("<no-plainer>",))


def test_figures_are_the_sentences_that_have_some() -> None:
    assert texts(compose("figures", sentence(LOWS), FIRST)) == [FIRST.text]


def test_figures_are_looked_for_in_what_the_reply_rests_on() -> None:
    assert texts(compose("figures", sentence(OFF, "Most came off insulin."))) == [OFF.say]


def test_where_there_is_no_figure_that_is_said() -> None:
    draft = compose("figures", sentence(LOWS))
    assert (texts(draft), draft.leads) == ([LOWS.text], ("<no-figures>",))


def test_more_is_what_the_section_says_and_was_not_heard() -> None:
    draft = compose("more", sentence(OFF), heard=(LOWS,))
    assert texts(draft) == [DIED.text, GLUCOSE.text, WEIGHT.text]
    assert draft.leads == ()


def test_when_all_was_heard_that_is_said() -> None:
    draft = compose("more", sentence(MADE))
    assert (texts(draft), draft.leads) == ([MADE.text], ("<no-more>",))


def test_more_never_says_what_a_stronger_source_corrects() -> None:
    draft = compose("more", sentence(BASED))
    assert (texts(draft), draft.leads) == ([BASED.text], ("<no-more>",))


def test_sure_is_the_exact_words() -> None:
    draft = compose("sure", FIRST, SECOND)
    assert texts(draft) == [OFF.text, FOLLOWED.text]
    assert [sentence.quotes for sentence in draft.sentences] == [(quote(OFF),), (quote(FOLLOWED),)]
    assert draft.leads == ("<exact-words>",)


def test_the_source_is_named_with_the_exact_words() -> None:
    draft = compose("source", FIRST, SECOND)
    assert texts(draft) == [OFF.text, FOLLOWED.text]
    assert draft.leads == ("<from-source “Islets for Type 1 Diabetes” (A Journal); “A Release” (Vertex)>",)


@pytest.mark.parametrize("name", ["source", "sure"])
def test_a_source_is_named_by_its_number(name: ReplyIntentName) -> None:
    draft = compose(name, FIRST, sentence(DIED), number=1)
    assert texts(draft) == [OFF.text, DIED.text]
    assert draft.leads == ("<from-source “Islets for Type 1 Diabetes” (A Journal)>",)


def test_a_source_goes_out_with_what_corrects_it() -> None:
    draft = compose("source", FIRST, SECOND, number=2)
    assert texts(draft) == [FIRST.text, FOLLOWED.text]
    assert draft.leads == ("<from-source “A Release” (Vertex)>",)


def test_a_number_that_was_not_given_is_said_to_be_none() -> None:
    draft = compose("source", FIRST, number=7)
    assert draft.leads == ("<no-such-source>", "<from-source “Islets for Type 1 Diabetes” (A Journal)>")
    assert texts(draft) == [OFF.text]


def test_the_date_of_each_source_comes_before_the_reply() -> None:
    draft = compose("source_date", FIRST, SECOND)
    assert draft.sentences == (FIRST, SECOND)
    assert draft.leads == (
        "<source-dates Islets for Type 1 Diabetes A Journal 20 June 2025 4 September 2025>",
        "<source-dates A Release Vertex 1 June 2025 2 July 2025>",
    )


def test_the_date_of_one_source_comes_before_what_rests_on_it() -> None:
    draft = compose("source_date", FIRST, sentence(DIED), number=1)
    assert draft.sentences == (FIRST, sentence(DIED))
    assert draft.leads == ("<source-dates Islets for Type 1 Diabetes A Journal 20 June 2025 4 September 2025>",)


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("10 of the 12 used no insulin.", True),
        ("Two people died.", True),
        ("It fell by 92%.", True),
        ("One person had it.", False),
        ("People with type 1 diabetes are in phase 3.", False),
        ("It was published on 20 June 2025.", False),
        ("No approval was reported in October 2026.", False),
        ("Nobody had lows.", False),
    ],
)
def test_a_figure_counts_or_measures(text: str, has: bool) -> None:
    assert has_figures(text) is has
