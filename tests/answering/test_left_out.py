"""What a reply leaves out is named: by the gap it asks for, else by the person's own words."""

from __future__ import annotations

from isletbot.answering.left_out import name_left_out
from isletbot.types import Draft, Evidence, Found, Gap, Part

PRICE = Part("what does it cost")
EVIDENCE = Evidence((Found(PRICE, (), gap=Gap("price", "My sources do not give the price.", ())),))


def say(name: str, part: str) -> str:
    return f"{name}: {part}"


def name(*unanswered: Part) -> str:
    return name_left_out(Draft("quotes", (), unanswered=unanswered), EVIDENCE, say)


def test_a_gap_names_itself_and_any_other_part_stands_in_its_own_words() -> None:
    assert name(PRICE) == "My sources do not give the price."
    assert name(Part("who won?")) == "part-not-in-corpus: “who won?”"
    assert name(Part("who won?"), PRICE, Part("and why?")) == (
        "My sources do not give the price. part-not-in-corpus: “who won?” “and why?”"
    )
    assert name() == ""


def test_a_long_part_is_cut_at_a_word() -> None:
    assert name(Part("word " * 60)) == "part-not-in-corpus: “" + "word " * 23 + "word…”"
