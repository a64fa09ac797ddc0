"""The steps of the line and the edges between them, at the bottom. A plain loop walks them; LangGraph, which only this
file knows, draws them and runs them where they are traced."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any, TypedDict

from langsmith import tracing_context

from isletbot.answering.compose import compose_draft, keep_verified
from isletbot.answering.composers.last_reply import LastReplyComposer
from isletbot.answering.conclude import NO_VERDICT, NOTHING, Frame, conclude_answer
from isletbot.answering.condense import condense_question
from isletbot.answering.embedding_cache import CachedEmbeddings
from isletbot.answering.flow import Flow, Fork
from isletbot.answering.judge import judge_evidence
from isletbot.answering.line import Line, make_classifier, make_urgent_replies
from isletbot.answering.on_topic import NEAR, ON_TOPIC
from isletbot.answering.question import read_question
from isletbot.answering.recall import ReplyIntent
from isletbot.answering.reply_intents import add_recalled, ask_of_reply
from isletbot.answering.retrieve import find_answers, retrieve_evidence
from isletbot.answering.step_guard import attempt, fail_closed
from isletbot.answering.trace import add_tokens, list_approved, list_drafts, list_found, list_judged
from isletbot.answering.triage import raise_route, triage_question
from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verified_stream import OpenReply
from isletbot.answering.verify import verify_draft
from isletbot.errors import InputError
from isletbot.ports import (
    DraftComposer,
    Embeddings,
    Listener,
)
from isletbot.types import Answer, Draft, Evidence, Query, Question, Trace, Triage, Turn, Verdict

FAILED = Triage(route="answer", rule="none", reason="triage failed")


class State(TypedDict, total=False):
    question: Question
    embeddings: Embeddings
    listener: Listener | None
    triage: Triage
    intent: ReplyIntent | None
    listed: bool
    query: Query
    evidence: Evidence
    reply: OpenReply
    drafts: tuple[Draft, ...]
    verdict: Verdict
    answer: Answer
    failure: str
    milliseconds: dict[str, float]


class Bot:
    """The line, ready to be asked. Makes no distinction between the server, the command line and the evaluation."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._flow = _list_steps(line)

    def ask(self, question: Question | str, history: Sequence[Turn] = (), listener: Listener | None = None) -> Answer:
        """Answers a Question, or a text with its history; a listener hears each sentence as soon as it is verified.
        Raises InputError for text that is no question and not urgent; nothing else once the line has begun."""
        if isinstance(question, Question):
            history, question = question.history, question.text
        try:
            asked = read_question(question, history, self.line.limits)
        except InputError:
            if urgent := make_urgent_replies(self.line).find(Question(question, tuple(history))):
                return urgent
            raise
        embeddings = CachedEmbeddings(self.line.embeddings)
        begin = {"question": asked, "embeddings": embeddings, "listener": listener, "milliseconds": {}}
        with nullcontext() if self.line.traced else tracing_context(enabled=False):
            state = self._graph.invoke(begin) if self.line.traced else self._flow.walk(begin)
        answer: Answer = state["answer"]
        return answer

    async def aask(self, question: Question | str, history: Sequence[Turn] = ()) -> Answer:
        """`ask` in a thread of its own, for callers with an event loop."""
        return await asyncio.to_thread(self.ask, question, history)

    def draw(self) -> str:
        """The compiled graph as Mermaid text."""
        return str(self._graph.get_graph().draw_mermaid(with_styles=False))

    @cached_property
    def _graph(self) -> Any:  # LangGraph's compiled type takes five parameters that say nothing here
        return compile_graph(self._flow)


def compile_graph(flow: Flow) -> Any:
    """One node a step. Loads LangGraph, which takes longer than an answer."""
    from langgraph.graph import END, START, StateGraph

    graph: Any = StateGraph(State)  # its steps are of types that a table of steps cannot have
    graph.add_edge(START, flow.first)
    for name, step in flow.steps.items():
        graph.add_node(name, step)
        following = flow.after.get(name, END)
        if isinstance(following, Fork):
            graph.add_conditional_edges(name, following.choose, list(following.ends))
        else:
            graph.add_edge(name, following)
    return graph.compile()


def _list_steps(line: Line) -> Flow:
    verifier = Verifier(line.entailment, line.index.cautions, line.openings)

    def triage(state: State) -> State:
        question, embeddings = state["question"], state["embeddings"]
        listed = line.answers.find_listed(question.text, line.clock.today()) is not None
        intent = None if listed else attempt(lambda: find_intent(line, question, embeddings), "intents", line.failures)
        triage = triage_question(question, line.rules, make_classifier(line, embeddings), listed, intent)
        return {"triage": triage, "intent": intent if triage.rule.startswith("intent-") else None, "listed": listed}

    def condense(state: State) -> State:
        query = condense_question(state["question"], line.lexicon, state["triage"], state["listed"])
        intent = state["intent"]
        return {"query": ask_of_reply(query, intent) if intent else query}

    def retrieve(state: State) -> State:
        evidence, intent = find_candidates(line, state["query"], state["embeddings"]), state["intent"]
        return {"evidence": add_recalled(evidence, intent, line.index, line.answers) if intent else evidence}

    def judge(state: State) -> State:
        evidence = state["evidence"]
        if not state["intent"]:
            personal = state["triage"].route == "personal"
            evidence = judge_evidence(evidence, state["embeddings"], line.judge, line.lexicon, personal)
        # After a referral the whole draft decides what is said, so nobody hears a part of it.
        listener = state["listener"] if state["triage"].route == "answer" else None
        return {"evidence": evidence, "reply": OpenReply(evidence, verifier, listener)}

    def compose(state: State) -> State:
        drafts, query = state.get("drafts", ()), state["query"]
        begun = keep_verified(query, drafts[-1] if drafts else NOTHING, state.get("verdict", NO_VERDICT))
        composers = _list_composers(line, state)[len(drafts) :]
        return {"drafts": (*drafts, *compose_draft(query, state["evidence"], composers, begun, state["reply"]))}

    def verify(state: State) -> State:
        verdict = verify_draft(state["drafts"][-1], state["evidence"], verifier)
        state["reply"].hand_on(verdict.supported)
        return {"verdict": verdict}

    def conclude(state: State) -> State:
        draft = state["drafts"][-1] if state.get("drafts") else NOTHING
        verdict, evidence = state.get("verdict", NO_VERDICT), state.get("evidence", Evidence(()))
        triage = raise_route(state.get("triage", FAILED), draft.raised)
        frame = _frame(line, {**state, "triage": triage})
        return {"answer": conclude_answer(triage, draft, verdict, evidence, frame)}

    def after_triage(state: State) -> str:
        if state.get("failure"):
            return "conclude"
        triage = state["triage"]
        return "condense" if triage.route == "answer" or triage.facts else "conclude"

    def after_retrieve(state: State) -> str:
        return "conclude" if state.get("failure") or not any(f.passages for f in state["evidence"].found) else "judge"

    def after_verify(state: State) -> str:
        if state.get("failure") or len(state["drafts"]) == len(_list_composers(line, state)):
            return "conclude"
        last = state["drafts"][-1]
        if last.raised != "answer":
            return "conclude"
        whole = state["verdict"].supported and not last.unanswered
        return "conclude" if whole else "compose"

    guarded = (triage, condense, retrieve, judge, compose, verify)
    steps = {step.__name__: fail_closed(step, line.failures) for step in guarded}
    after: dict[str, str | Fork] = {
        "triage": Fork(after_triage, ("condense", "conclude")),
        "condense": "retrieve",
        "retrieve": Fork(after_retrieve, ("judge", "conclude")),
        "judge": "compose",
        "compose": "verify",
        "verify": Fork(after_verify, ("compose", "conclude")),
    }
    return Flow("triage", {**steps, "conclude": conclude}, after)


def find_intent(line: Line, question: Question, embeddings: Embeddings) -> ReplyIntent | None:
    return line.reply_intents.find(question, line.index, line.answers, line.lexicon, embeddings, line.judge.examples)


def _list_composers(line: Line, state: State) -> tuple[DraftComposer, ...]:
    intent = state.get("intent")
    if intent:
        return (LastReplyComposer(intent, line.say, line.lexicon), *line.composers)
    return line.composers


def find_candidates(line: Line, query: Query, embeddings: Embeddings) -> Evidence:
    evidence = retrieve_evidence(query, line.index, embeddings, line.retrieval)
    return find_answers(evidence, line.answers, line.index, embeddings, line.clock.today())


def _list_choices(line: Line, triage: Triage, embeddings: Embeddings) -> tuple[str, ...]:
    """Rules of triage offer questions on the topic that ships; another corpus answers none of them."""

    def select() -> tuple[str, ...]:
        near = make_classifier(line, embeddings)
        return tuple(choice for choice in triage.choices if near.read(choice, "").get(NEAR, 0.0) >= ON_TOPIC)

    return (attempt(select, "choices", line.failures) if triage.choices else None) or ()


def _frame(line: Line, state: State) -> Frame:
    evidence, verdict = state.get("evidence", Evidence(())), state.get("verdict", NO_VERDICT)
    trace = Trace(
        question=state["question"].text,
        triage=state.get("triage", FAILED),
        query=state.get("query"),
        found=list_found(evidence),
        judged=list_judged(evidence),
        drafts=list_drafts(_list_composers(line, state), state.get("drafts", ())),
        findings=verdict.findings,
        approved=list_approved(state.get("drafts", ())),
        failure=state.get("failure", ""),
        chat_tokens=add_tokens(state.get("drafts", ())),
        milliseconds=state["milliseconds"],
        versions={**line.versions, "rules": line.rules.version},
    )
    return Frame(
        id=uuid.uuid4().hex,
        today=line.clock.today(),
        corpus_as_of=line.corpus_as_of(),
        say=line.say,
        starters=line.starters,
        trace=trace,
        choices=_list_choices(line, state.get("triage", FAILED), state["embeddings"]),
        study=line.index.glossary.study,
    )
