"""Builds the composers: the judge's own, and a chat model that plans before them or words what they left."""

from __future__ import annotations

from time import perf_counter

from isletbot.answering.chat_model.composer import ModelComposer
from isletbot.answering.chat_model.plan_offer import Scope
from isletbot.answering.chat_model.planner import PlanComposer
from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.composers.arithmetic import SumComposer
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.glossary import Lexicon
from isletbot.answering.judge import Judge
from isletbot.errors import ChatTrouble
from isletbot.ports import ChatModel, DraftComposer
from isletbot.prompts import Prompts, read_openings
from isletbot.settings import Settings

OFFERED = 0.5
"""Share of the judge's threshold from which an answer or a statement is offered to a model that plans. Unless it is
always asked, something must reach the threshold itself: small models pick something where declining is right."""


def make_composers(
    settings: Settings, prompts: Prompts, lexicon: Lexicon, judge: Judge, chat: ChatModel | None = None
) -> tuple[DraftComposer, ...]:
    """Returns the composers in the order they are tried. `chat` stands in for the model that the settings name."""
    quotes = QuotesComposer(lexicon, judge.answer)
    openings = read_openings(prompts)
    approved, own = ApprovedComposer(lexicon, judge.answer, openings), (quotes, SumComposer(prompts.say))
    if chat is None and settings.chat_model:
        chat = make_chat_model(settings)
    if chat is None:
        return (approved, *own)
    if settings.chat_writes == "free":
        return (approved, ModelComposer(chat, prompts.ask, quotes.find_fitting), *own)
    from isletbot.inference.chat_planner import ChatPlanner

    offered = judge.answer * OFFERED
    objects = ApprovedComposer(lexicon, offered, openings).find_objection
    fit = QuotesComposer(lexicon, offered).find_fitting
    scope = Scope(objects, fit, judge.answer)
    plans = PlanComposer(ChatPlanner(chat), prompts.ask, openings, scope, settings.chat_asked)
    return (plans, approved, *own)


def make_chat_model(settings: Settings) -> ChatModel:
    """Imports a provider's package only when a model is set, because the import is slow."""
    if settings.chat_model == "scripted:echo":
        from isletbot.inference.scripted import ScriptedChat, echo_first

        return ScriptedChat(echo_first)
    from isletbot.inference.breaker import Breaker
    from isletbot.inference.budget import BudgetLimits
    from isletbot.inference.chat_models import LangChainChat, Timeouts, open_chat_model

    limits = BudgetLimits(
        input_tokens=settings.chat_input_tokens,
        output_tokens=settings.chat_output_tokens,
        input_price=settings.chat_input_price,
        output_price=settings.chat_output_price,
        reply_price=settings.chat_reply_price,
    )
    timeouts = Timeouts(settings.chat_silence_seconds, settings.chat_reply_seconds, settings.chat_retries)
    key = settings.chat_api_key.get_secret_value()
    model = open_chat_model(settings.chat_model, settings.chat_base_url, key, limits, timeouts)
    breaker = Breaker(settings.chat_breaker_failures, settings.chat_breaker_seconds)
    provider = settings.chat_model.partition(":")[0]
    return LangChainChat(model, limits, timeouts, breaker, provider)


def probe_chat_model(settings: Settings) -> str:
    """Makes one tiny call. Raises SettingsError, or ChatTrouble that says why no word came."""
    if not settings.chat_model:
        return "none, the answer is the sources' own statements"
    writing = make_chat_model(settings).begin(lambda: False)
    began = perf_counter()
    try:
        words = writing.stream("Answer with one word.", "PASSAGE kaaaaaa\nYes.\nEND kaaaaaa\n\nSay yes.")
        next(words)
        words.close()
    except ChatTrouble as trouble:
        raise ChatTrouble(trouble.cause, f"{settings.chat_model}: {trouble}") from trouble
    return f"{settings.chat_model} answers, first word after {perf_counter() - began:.1f} s"
