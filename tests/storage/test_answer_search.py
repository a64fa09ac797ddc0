"""Approved answers by the likeness of a message to their ways of asking."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from isletbot.inference.scripted import HashEmbeddings
from isletbot.ports import Vectors
from isletbot.storage.answer_search import AnswerSearch
from isletbot.types import ApprovedAnswer

TODAY = date(2026, 11, 20)
EMBEDDINGS = HashEmbeddings(64)
OFF = ("Who stopped insulin?", "Was anyone able to stop insulin?", "stop insulin how many")
DEATHS = ("Did anyone die?", "how many died", "deaths", "who died", "did a person die", "were there deaths", "any dead")


def an_answer(name: str, asks: tuple[str, ...], expires: date = date(2027, 1, 31)) -> ApprovedAnswer:
    return ApprovedAnswer(name, asks, (), "Al", "Bo", TODAY, expires, expires)


def a_search(*answers: ApprovedAnswer) -> AnswerSearch:
    return AnswerSearch(answers, EMBEDDINGS.embed([ask for answer in answers for ask in answer.asks]))


def embed(text: str) -> Vectors:
    return EMBEDDINGS.embed([text])[0]


def cosines(text: str, asks: tuple[str, ...]) -> list[float]:
    return sorted((float(embed(text) @ vector) for vector in EMBEDDINGS.embed(asks)), reverse=True)


SEARCH = a_search(an_answer("off-insulin", OFF), an_answer("deaths", DEATHS))


def test_the_answer_with_the_nearest_way_of_asking_comes_first() -> None:
    for text, first in (("who stopped it", "off-insulin"), ("did anyone die there", "deaths")):
        near = SEARCH.nearest(embed(text), 2, TODAY)
        assert near[0].answer.id == first
        assert [one.similarities[0] for one in near] == sorted((one.similarities[0] for one in near), reverse=True)


def test_the_five_nearest_ways_of_asking_are_told_best_first() -> None:
    told = {near.answer.id: near.similarities for near in SEARCH.nearest(embed("who died"), 2, TODAY)}
    assert told["deaths"] == pytest.approx(cosines("who died", DEATHS)[:5], abs=1e-5)


def test_few_ways_of_asking_are_all_told_and_no_more() -> None:
    told = {near.answer.id: near.similarities for near in SEARCH.nearest(embed("who could stop insulin"), 2, TODAY)}
    assert told["off-insulin"] == pytest.approx(cosines("who could stop insulin", OFF), abs=1e-5)


def test_an_expired_answer_is_not_found() -> None:
    search = a_search(an_answer("off-insulin", OFF), an_answer("deaths", DEATHS, expires=date(2026, 11, 19)))
    assert [near.answer.id for near in search.nearest(embed("who died"), 2, TODAY)] == ["off-insulin"]
    assert [answer.id for answer in search.answers] == ["off-insulin", "deaths"]


def test_no_more_are_found_than_asked_for() -> None:
    assert [near.answer.id for near in SEARCH.nearest(embed("who died"), 1, TODAY)] == ["deaths"]


@pytest.mark.parametrize(
    ("text", "day", "found"),
    [
        ("  who stopped insulin ", TODAY, "off-insulin"),
        ("who stopped insulin then", TODAY, ""),
        ("Who died", TODAY, "deaths"),
        ("Who died", date(2026, 11, 21), ""),
    ],
)
def test_a_listed_way_of_asking_finds_its_answer_while_it_is_served(text: str, day: date, found: str) -> None:
    search = a_search(an_answer("off-insulin", OFF), an_answer("deaths", DEATHS, expires=date(2026, 11, 20)))
    answer = search.find_listed(text, day)
    assert (answer.id if answer else "") == found


def test_a_search_of_no_answers_finds_none() -> None:
    assert AnswerSearch((), np.empty((0, 64), dtype=np.float32)).nearest(embed("who"), 3, TODAY) == ()
