"""Two answers and two statements that come into question, and a model that proposes what a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from isletbot.answering.chat_model.plan_offer import PlanOffer, Proposal, Scope, make_plan_offer
from isletbot.answering.chat_model.planner import Asked, PlanComposer
from isletbot.errors import ChatTrouble
from isletbot.types import (
    ApprovedAnswer,
    Draft,
    Evidence,
    Found,
    NearAnswer,
    Part,
    Passage,
    Proposition,
    Query,
    Quote,
    ScoredPassage,
    Sentence,
    Turn,
)
from tests.answering.conftest import PROMPTS
from tests.builders import DEATHS, INDEPENDENCE, OPENINGS, Unheard, a_passage

OFF = a_passage(INDEPENDENCE, statement="paper#independence", say="10 of 12 stopped insulin.")
DIED = a_passage(DEATHS, statement="paper#deaths")
WHO = Part("Did everybody come off insulin?")


def an_approved(name: str, passage: Passage, *propositions: Proposition) -> ApprovedAnswer:
    quote = Quote(passage.key, passage.text, passage.start, passage.end)
    return ApprovedAnswer(
        id=name,
        asks=(f"What of {name}?",),
        sentences=(Sentence(passage.plain, (quote,)),),
        owner="Al",
        approved_by="Bo",
        reviewed=date(2026, 11, 20),
        review_due=date(2027, 11, 20),
        expires=date.max,
        propositions=propositions,
    )


INSULIN = an_approved("insulin", OFF, Proposition("no", "everybody could stop insulin"))
SAFETY = an_approved("safety", DIED, Proposition("yes", "people died"))


def near(answer: ApprovedAnswer = INSULIN, relevance: float = 0.4, **changes: object) -> NearAnswer:
    return NearAnswer(answer, (0.9,), relevance, **changes)  # type: ignore[arg-type]


def scored(passage: Passage, relevance: float | None = 0.3) -> ScoredPassage:
    return ScoredPassage(passage, 0.5, 0.5, 0.5, relevance)


def found(part: Part = WHO, **changes: object) -> Found:
    given = {"passages": (scored(OFF), scored(DIED)), "approved": (near(), near(SAFETY, 0.3)), **changes}
    return Found(part, **given)  # type: ignore[arg-type]


def offer(*parts: Found, text: str = WHO.text) -> PlanOffer:
    asked = parts or (found(),)
    query = Query(text, tuple(one.part for one in asked))
    return make_plan_offer(query, Evidence(asked), query.parts, Scope(lambda *_: "", lambda one: one.passages))


@dataclass
class Proposes:
    """A planner that proposes this, or fails so."""

    what: Proposal | ChatTrouble
    asked: list[tuple[str, str]] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def propose(
        self, system: str, user: str, names: Sequence[str], openings: Sequence[str], cancelled: Callable[[], bool]
    ) -> Proposal:
        self.asked.append((system, user))
        self.names = tuple(names)
        if isinstance(self.what, ChatTrouble):
            raise self.what
        return self.what


def compose(
    planner: Proposes, *parts: Found, asked: Asked = "unsure", least: float = 0.0, before: tuple[Turn, ...] = ()
) -> Draft:
    chosen = parts or (found(),)
    query = Query(WHO.text, tuple(one.part for one in chosen), before=before)
    scope = Scope(lambda *_: "", lambda one: one.passages, least)
    composer = PlanComposer(planner, PROMPTS.ask, OPENINGS, scope, asked)
    evidence = Evidence(chosen, quoted=(OFF, DIED))
    return composer.compose(query, evidence, Draft("none", (), unanswered=query.parts), Unheard())
