"""A chat model that picks from a list: the form it is held to, and what it wrote read as a Proposal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from isletbot.answering.chat_model.plan_offer import Proposal
from isletbot.errors import ChatTrouble
from isletbot.ports import ChatModel

_LONGEST = 4_000
"""Characters of a plan; more is rambling, and is not read."""
_MOST_PICKS = 6
"""What a server is asked to hold the model to; the house counts again, and by kind."""
NOTHING = "nothing"
"""What a model writes where nothing in the list answers: easier to a small one than an empty list."""
_MARKS = re.compile(r"^[\s\[\"'(]*(?:(?:ANSWER|STATEMENT)\s+)?|[\]\"').,\s]+$")


class PlanForm(BaseModel):
    """As the model writes it; what it adds to that is not read."""

    route: Literal["answer", "personal", "urgent"] = "answer"
    say: list[str] = Field(default_factory=list, max_length=50)
    opening: str = "none"

    @field_validator("say")
    @classmethod
    def _bare(cls, names: list[str]) -> list[str]:
        """`ANSWER who-took-part` and `[who-took-part]` are the name in them."""
        bare = (_MARKS.sub("", name) for name in names)
        return [name for name in bare if name != NOTHING]

    @field_validator("opening", mode="before")
    @classmethod
    def _absent(cls, opening: object) -> object:
        return opening or "none"


def make_form(names: Sequence[str], openings: Sequence[str]) -> Mapping[str, object]:
    """The JSON schema of a plan that uses nothing but these."""
    form: dict[str, Any] = PlanForm.model_json_schema()
    form["properties"]["say"] = {
        "type": "array",
        "items": {"type": "string", "enum": [NOTHING, *names]},
        "minItems": 1,
        "maxItems": _MOST_PICKS,
    }
    form["properties"]["opening"] = {"type": "string", "enum": ["none", *openings]}
    form["properties"]["route"].pop("default", None)
    return {**form, "required": list(form["properties"]), "additionalProperties": False}


def read_plan(written: str) -> Proposal:
    """The first object in it that is a plan, whatever stands around it. Raises ChatTrouble when there is none."""
    for value in _objects(written):
        try:
            form = PlanForm.model_validate(value)
        except ValidationError:
            continue
        if form.model_fields_set:
            return Proposal(tuple(form.say), form.opening, form.route)
    raise ChatTrouble("broken", "what it wrote is no plan")


def _objects(written: str) -> Iterator[object]:
    decoder = json.JSONDecoder()
    for place in (found.start() for found in re.finditer(r"\{", written)):
        try:
            yield decoder.raw_decode(written, place)[0]
        except (ValueError, RecursionError):
            continue


class ChatPlanner:
    """Any chat model as a planner."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat

    def propose(
        self, system: str, user: str, names: Sequence[str], openings: Sequence[str], cancelled: Callable[[], bool]
    ) -> Proposal:
        writing = self._chat.begin(cancelled, make_form(names, openings))
        written = ""
        with closing(writing.stream(system, user)) as chunks:
            for chunk in chunks:
                written += chunk
                if len(written) > _LONGEST:
                    raise ChatTrouble("broken", "not read further: a plan without an end")
        return replace(read_plan(written), tokens=writing.tokens)
