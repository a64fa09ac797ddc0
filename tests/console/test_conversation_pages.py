"""Conversations and the overview, as staff see them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from isletbot.console.conversation_pages import group_by_chat
from isletbot.curation.conversation_review import QuestionRow
from tests.console.people import Person, Workplace
from tests.console.review_workplace import HOSTILE, a_lookback, keep_some
from tests.kept import DAY, NOW, a_record, a_trace
from tests.scripted import ScriptedBot, an_answer


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
def place(tmp_path: Path, bot: ScriptedBot) -> Iterator[Workplace]:
    workplace = a_lookback(tmp_path, bot)
    keep_some(workplace.records)
    yield workplace
    workplace.records.close()


def list_questions(person: Person, asked: str = "") -> list[str]:
    page = person.get(f"/staff/conversations{asked}").text
    return [unescape(words) for words in re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', page)]


def open_conversation(person: Person, words: str) -> str:
    page = person.get("/staff/conversations").text
    found = re.search(rf'href="([^"]+)#\w+">{re.escape(words)}<', page)
    assert found is not None, page
    return person.get(found[1]).text


def test_questions_are_listed_by_what_became_of_them_and_that_is_written_down(place: Workplace) -> None:
    vera = place.person("vera")
    assert len(list_questions(vera)) == 6
    assert list_questions(vera, "?kind=urgent") == ["I passed out"]
    assert list_questions(vera, "?rating=unsafe") == ["And a year later?"]
    assert list_questions(vera, "?rule=E1-unconscious&route=urgent") == ["I passed out"]
    assert list_questions(vera, "?words=PIGS") == ["Can pigs be donors?", "can pigs be donors"]
    assert list_questions(vera, "?since=2026-11-19&until=2026-11-19") == ["I passed out"]
    assert "Nothing was asked that fits" in vera.get("/staff/conversations?words=zebra").text
    rows = [row.event for row in place.context.audit.everything() if row.event.action == "conversation.listed"]
    assert len(rows) == 7
    assert rows[3].detail == "route=urgent&rule=E1-unconscious"
    assert "PIGS" not in "".join(row.detail for row in rows), "the log is kept for ever"


@pytest.mark.parametrize("path", ["conversations", "conversations/nowhere", "overview", "overview/days.csv"])
def test_none_of_it_opens_for_somebody_who_is_not_signed_in(place: Workplace, path: str) -> None:
    stranger = place.person("vera", role=None)
    reply = stranger.get(f"/staff/{path}")
    assert (reply.status_code, reply.headers["location"]) == (303, f"/staff/sign-in?to=/staff/{path}")


@pytest.mark.parametrize("asked", ["?kind=odd", "?since=yesterday", "?after=nowhere", "?rating=%3Cb%3E"])
def test_a_filter_that_is_no_filter_is_named(place: Workplace, asked: str) -> None:
    vera = place.person("vera")
    assert vera.get(f"/staff/conversations{asked}").status_code == 422
    assert "<b>" not in vera.page


def test_the_list_goes_on_page_by_page_with_its_filter(place: Workplace) -> None:
    for number in range(60):
        place.records.keep_answer(a_record(f"m{number}", f"Number {number}", at=NOW))
    vera = place.person("vera")
    first = list_questions(vera, "?words=number")
    older = re.search(r'href="([^"]+)" rel="next"', vera.page)
    assert older is not None
    second = list_questions(vera, unescape(older[1]).removeprefix("/staff/conversations"))
    assert (len(first), len(second), len({*first, *second})) == (50, 10, 60)


def test_a_conversation_shows_how_each_reply_came_about(place: Workplace) -> None:
    vera = place.person("vera")
    page = unescape(open_conversation(vera, "And a year later?"))
    for words in (
        "How many came off insulin?", "And a year later?", "This is not what my doctor says.", "no rule",
        "and when (insulin)", "no approved answer is near", "wrote a draft", "supported", "unsupported",
        "no such words", "0.910", "nejm-2025#independence", "not among the approved statements of today", "retrieve",
        "4.0 ms", "i0", "not-medical-advice", "on demo",
    ):  # fmt: skip
        assert words in page, words
    [seen] = place.tail("conversation.seen")
    assert seen.startswith("vera conversation.seen ")


def test_what_a_patient_wrote_is_never_markup(place: Workplace) -> None:
    vera = place.person("vera")
    for path in ("/staff/conversations", "/staff/overview"):
        assert "<script>alert" not in vera.get(path).text
        assert HOSTILE in unescape(vera.page)
    open_conversation(vera, "&lt;script&gt;alert(1)&lt;/script&gt; =1+1")
    assert "<script>alert" not in vera.page


def test_a_conversation_that_is_gone_says_so(place: Workplace) -> None:
    vera = place.person("vera")
    assert vera.get("/staff/conversations/nowhere").status_code == 422
    assert "There is no such conversation" in vera.page
    assert place.tail("conversation.seen") == []


def replay(person: Person, words: str, answer_id: str) -> str:
    page = open_conversation(person, words)
    action = re.search(rf'action="(/staff/conversations/\w+/replay/{answer_id})"', page)
    assert action is not None
    return unescape(person.post(action[1]).text)


def test_a_question_asked_again_takes_its_history_along_and_shows_no_difference(
    place: Workplace, bot: ScriptedBot
) -> None:
    vera = place.person("vera")
    page = replay(vera, "And a year later?", "a2")
    assert "A person would read the same today." in page
    [(question, history)] = bot.asked
    assert question == "And a year later?"
    assert history[0].content == "How many came off insulin?"
    [row] = place.tail("conversation.replayed")
    assert row.startswith("vera")
    assert len(list_questions(vera)) == 6, "nothing of it is kept"


def test_of_turns_that_the_caller_kept_as_many_go_along_as_a_patient_s_would(
    place: Workplace, bot: ScriptedBot
) -> None:
    replay(place.person("vera"), "Can pigs be donors?", "n0")
    assert [turn.content for turn in bot.asked[0][1]] == ["Who?", "I."]


def test_a_reply_that_changed_shows_what_became_of_each_part(place: Workplace, bot: ScriptedBot) -> None:
    trace = a_trace(versions={"index": "i2"})
    bot.answers = [an_answer("not_in_corpus", "The sources held do not answer this.", trace=trace)]
    page = replay(place.person("vera"), "And a year later?", "a1")
    assert "A person would read something else today." in page
    assert re.search(r'<li class="removed">.*Of the 12 people', page)
    assert re.search(r'<li class="added">.*The sources held do not answer this', page)
    assert re.search(r"index</th><td>i0</td><td>i2</td>\s*<td><span[^>]+>changed", page)


def test_a_reply_of_another_conversation_cannot_be_asked_again_here(place: Workplace, bot: ScriptedBot) -> None:
    vera = place.person("vera")
    open_conversation(vera, "I passed out")
    path = re.search(r'action="(/staff/conversations/\w+/replay/)u1"', vera.page)
    assert path is not None
    assert vera.post(f"{path[1]}a1").status_code == 422
    assert bot.asked == []


def test_the_overview_shows_each_figure_as_a_chart_and_a_table(place: Workplace) -> None:
    vera = place.person("vera")
    page = unescape(vera.get("/staff/overview").text)
    assert page.count("<svg") == 6
    assert page.count("<title id=") == page.count("<desc id=") == 6
    assert page.count("<table>") == 8
    assert "6 in 30 days, at most 2 a day; 3 not in the sources" in page
    assert "Read what people called unsafe" in page
    assert "Median 4.0" in page
    assert "over all 6 replies" in page
    assert "An old paper" in page
    assert "E1-unconscious" in page
    assert re.search(r"Can pigs be donors\?</a></th>\s*<td class=\"number\">2</td>", page)
    assert 'style="' not in page, "the policy of the browser refuses it"
    assert len(place.tail("conversation.overview")) == 1


def test_a_range_counts_its_own_days_only(place: Workplace) -> None:
    vera = place.person("vera")
    place.records.keep_answer(a_record("old", at=NOW - 20 * DAY))
    assert "7 in 30 days" in vera.get("/staff/overview").text
    assert "6 in 7 days" in vera.get("/staff/overview?days=7").text
    assert vera.get("/staff/overview?days=8").status_code == 422


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("days", "Day,Questions"), ("kinds", "Kind,Replies"), ("gaps", "Question,Asked"), ("topics", "Part,Source"),
        ("times", "Day,Replies"), ("feedback", "Rating,Replies"), ("red-flags", "Rule,Replies"),
        ("expiring", "Name,What"),
    ],
)  # fmt: skip
def test_every_table_is_exported_and_that_is_written_down(place: Workplace, table: str, first: str) -> None:
    vera = place.person("vera")
    vera.get("/staff/overview")
    assert f"/staff/overview/{table}.csv?days=30" in vera.page
    sent = vera.browser.get(f"/staff/overview/{table}.csv?days=7")
    assert sent.content.decode("utf-8-sig").startswith(first)
    assert place.tail("export") == [f"vera export.overview {table}"]


def test_a_question_that_is_a_formula_is_text_in_the_export(place: Workplace) -> None:
    answer = an_answer("not_in_corpus", id="f1", trace=a_trace("=HYPERLINK(1)"))
    place.records.keep_answer(a_record("f1", "=HYPERLINK(1)", answer=answer))
    vera = place.person("vera")
    sent = vera.browser.get("/staff/overview/gaps.csv").content.decode("utf-8-sig")
    assert ["'=HYPERLINK(1)", "1"] in list(csv.reader(sent.splitlines()))


def test_there_is_no_table_of_an_unknown_name(place: Workplace) -> None:
    assert place.person("vera").get("/staff/overview/nothing.csv").status_code == 422
    assert place.tail("export") == []


def test_an_empty_store_has_an_overview(tmp_path_factory: pytest.TempPathFactory, bot: ScriptedBot) -> None:
    place = a_lookback(tmp_path_factory.mktemp("empty"), bot)
    page = place.person("vera").get("/staff/overview?days=90").text
    assert "Nothing in these days" in page
    assert "Read the conversations" in page
    place.records.close()


def test_a_reply_of_an_older_release_with_less_in_its_trace_is_shown(place: Workplace) -> None:
    answer = an_answer(id="old", trace=a_trace("An old one", triage=None, findings=(), found=(), versions={}))
    place.records.keep_answer(a_record("old", "An old one", answer=answer))
    assert "none was kept" in open_conversation(place.person("vera"), "An old one")


def test_the_questions_of_one_chat_stand_together_in_their_order() -> None:
    rows = [
        QuestionRow(name, chat, NOW, name, "answered", "none", 2, "")
        for name, chat in (("c2", "c"), ("d1", "d"), ("c1", "c"))
    ]
    assert [[row.question for row in chat] for chat in group_by_chat(rows)] == [["c1", "c2"], ["d1"]]
