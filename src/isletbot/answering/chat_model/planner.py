"""The composer that lets a chat model plan: it picks answers, statements and an opening from what the judge found, and
the house says them. A plan that breaks a rule is refused whole, and the judge's own goes out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from isletbot.answering.chat_model.plan_offer import (
    Planner,
    PlanOffer,
    Proposal,
    Scope,
    find_likeliest,
    is_unsure,
    make_plan_offer,
    show_earlier,
    show_question,
)
from isletbot.answering.composers.approved import suggest_others
from isletbot.answering.composers.quotes import with_correction
from isletbot.answering.composers.say_plan import Openings, Plan, say_plan
from isletbot.errors import ChatTrouble
from isletbot.ports import Reply
from isletbot.types import Composer, Draft, Evidence, Opening, Passage, Query

log = logging.getLogger(__name__)
Asked = Literal["unsure", "always"]
MOST_STATEMENTS, MOST_ANSWERS = 4, 2
"""Of one plan: more would be more than was asked."""
NO_OPENING = "none"
_SHOWN = 40
"""Characters kept of a name that a model made up."""


class PlanComposer:
    name: Composer = "model"

    def __init__(
        self, planner: Planner, ask: Callable[..., str], openings: Openings, scope: Scope, asked: Asked = "unsure"
    ) -> None:
        """`ask` fills a text of `prompts/plan/` by its path."""
        self._planner = planner
        self._ask = ask
        self._openings = openings
        self._scope = scope
        self._always = asked == "always"

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        if any(near.listed for found in evidence.found for near in found.approved):
            return _leave(begun, "not asked: a listed way of asking has its answer")
        if not (self._always or any(is_unsure(found) for found in evidence.found)):
            return _leave(begun, "not asked: the judge is sure")
        offer = make_plan_offer(query, evidence, begun.unanswered, self._scope)
        likeliest = find_likeliest(offer, evidence)
        if not offer.names or (likeliest < self._scope.least and not self._always):
            return _leave(begun, "not asked: nothing comes into question")
        try:
            proposal = self._propose(query, offer, reply)
        except ChatTrouble as trouble:
            return _leave(begun, str(trouble))
        if proposal.route in ("urgent", "personal"):
            route: Literal["urgent", "personal"] = "urgent" if proposal.route == "urgent" else "personal"
            why = f"proposes the route {route}"
            return Draft("none", (), (), why, query.parts, raised=route, chat_tokens=proposal.tokens)
        if fault := find_fault(proposal, offer):
            return replace(_leave(begun, f"refused: {fault}"), chat_tokens=proposal.tokens)
        return self._draft(proposal, offer, evidence, begun)

    def _propose(self, query: Query, offer: PlanOffer, reply: Reply) -> Proposal:
        user = self._ask(
            "plan/question", candidates=offer.shown, earlier=show_earlier(query), question=show_question(query)
        )
        system = self._ask("plan/system", statements=str(MOST_STATEMENTS))
        return self._planner.propose(system, user, offer.names, offer.openings, lambda: reply.cancelled)

    def _draft(self, proposal: Proposal, offer: PlanOffer, evidence: Evidence, begun: Draft) -> Draft:
        plan = _make_plan(proposal, offer, evidence)
        covered = frozenset(part for name in proposal.picks for part in offer.parts[name])
        log.info("chat model plans %s", ", ".join(proposal.picks))
        return Draft(
            composer=begun.composer if begun.sentences else "model",
            sentences=tuple(dict.fromkeys((*begun.sentences, *say_plan(plan, self._openings)))),
            suggestions=begun.suggestions or suggest_others(evidence, plan.answers),
            unanswered=tuple(part for part in begun.unanswered if part not in covered),
            dropped=begun.dropped,
            approved=tuple(answer.id for answer in plan.answers),
            chat_tokens=proposal.tokens,
        )


def find_fault(proposal: Proposal, offer: PlanOffer) -> str:
    """The first rule that the plan breaks; empty when it may be said."""
    picks = tuple(dict.fromkeys(proposal.picks))
    if not picks:
        return "the plan is empty"
    if proposal.route != "answer":
        return f"{proposal.route[:_SHOWN]!r} is no route"
    if strange := [name for name in picks if name not in offer.names]:
        return f"{strange[0][:_SHOWN]!r} was not offered"
    answers = [name for name in picks if name in offer.answers]
    if len(picks) - len(answers) > MOST_STATEMENTS:
        return f"more than {MOST_STATEMENTS} statements"
    if len(answers) > MOST_ANSWERS:
        return f"more than {MOST_ANSWERS} answers"
    return _find_opening_fault(proposal.opening, answers, offer)


def _find_opening_fault(opening: str, answers: list[str], offer: PlanOffer) -> str:
    if opening == NO_OPENING:
        return ""
    if opening not in offer.openings:
        return f"the opening {opening[:_SHOWN]!r} was not offered"
    if not answers:
        return f"the opening {opening!r} stands before a statement"
    first = offer.answers[answers[0]]
    if opening not in {one.opening for one in first.answer.propositions}:
        return f"{answers[0]} may not begin with {opening!r}"
    if first.opening and first.opening != opening:
        return f"the opening {opening!r}, where the judge reads {first.opening!r}"
    return ""


def _make_plan(proposal: Proposal, offer: PlanOffer, evidence: Evidence) -> Plan:
    """In the order proposed; a statement that a stronger one corrects comes after that one. Where the model names no
    opening, the judge's own stays."""
    near = [offer.answers[name] for name in dict.fromkeys(proposal.picks) if name in offer.answers]
    statements: list[Passage] = []
    for name in proposal.picks:
        if name in offer.statements:
            statements.extend(with_correction(offer.statements[name], evidence, statements))
    opening: Opening | None = near[0].opening if near and near[0].opening in offer.openings else None
    for allowed in offer.openings:
        if allowed == proposal.opening:
            opening = allowed
    return Plan(tuple(one.answer for one in near), tuple(statements), opening)


def _leave(begun: Draft, why: str) -> Draft:
    return Draft(
        composer=begun.composer,
        sentences=begun.sentences,
        suggestions=begun.suggestions,
        declined=why,
        unanswered=begun.unanswered,
        dropped=begun.dropped,
    )
