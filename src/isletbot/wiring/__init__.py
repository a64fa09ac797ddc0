"""Builds the bot, the app and the index from settings. The only package that chooses implementations."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from isletbot.answering import graph
from isletbot.answering.glossary import Lexicon
from isletbot.answering.line import Line
from isletbot.answering.question import Limits
from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.answering.retrieve import Retrieval, retrieve_evidence
from isletbot.corpus import Corpus
from isletbot.errors import CorpusError, IsletbotError, RecordsError, Unavailable
from isletbot.inference.adapter import open_adapter
from isletbot.inference.embeddings import LinearHead, OnnxEmbeddings
from isletbot.ingestion.index_folder import index_state
from isletbot.ingestion.read import corpus_version, read_files
from isletbot.prompts import Prompts, read_openings
from isletbot.server.wire import HealthCheck
from isletbot.settings import Settings, load_corpora, load_settings
from isletbot.storage.write_probe import check_room
from isletbot.types import Part, Query, ScoredPassage
from isletbot.wiring.chat import make_composers, probe_chat_model
from isletbot.wiring.claims import make_entailment
from isletbot.wiring.composers import leave_out_withdrawn
from isletbot.wiring.filled_prompts import open_prompts, open_reply_intents
from isletbot.wiring.index_server import check_copy, check_index, open_index, open_mirror, take_turn
from isletbot.wiring.trained_models import (
    Progress,
    find_models,
    make_judge,
    no_progress,
    open_embeddings,
    open_weights,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

    from isletbot.ingestion.ingest import IndexReport
    from isletbot.storage.langchain_retriever import CorpusRetriever

log = logging.getLogger(__name__)
STARTERS = "starters.txt"


class SystemClock:
    def today(self) -> date:
        return date.today()


class Bot(graph.Bot):
    """The bot for Python programs; keywords replace environment variables: `Bot(data_dir="…")`."""

    def __init__(self, **given: object) -> None:
        super().__init__(make_line(load_settings(**given)))


def make_bot(settings: Settings, progress: Progress | None = None) -> graph.Bot:
    return graph.Bot(make_line(settings, progress))


def make_line(settings: Settings, progress: Progress | None = None, prompts: Prompts | None = None) -> Line:
    """Builds the pipeline without the sources that staff withdrew. Raises RecordsError for unreadable records."""
    prompts = prompts or open_prompts(settings)
    return leave_out_withdrawn(settings, prompts, make_whole_line(settings, progress, prompts))


def make_whole_line(settings: Settings, progress: Progress | None, prompts: Prompts) -> Line:
    """Builds the pipeline on every source; makes weights and index when they are missing or out of date."""
    with _uncollected():
        return _make_line(settings, progress, prompts)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pauses garbage collection: objects made at start live as long as the process, and scanning them takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _make_line(settings: Settings, progress: Progress | None, prompts: Prompts) -> Line:
    embeddings = open_embeddings(settings, progress)
    ensure_index(settings, embeddings, progress)
    index = open_index(settings, embeddings.digest)
    lexicon = Lexicon(index.everything(), index.glossary)
    judge = make_judge(settings, embeddings, index, progress)
    rules = load_rules(prompts.folder("triage"))
    return Line(
        index=index,
        answers=index.answers,
        embeddings=embeddings,
        lexicon=lexicon,
        retrieval=Retrieval(settings.dense_weight, settings.candidates),
        rulebook=lambda: rules,
        classifier=LinearHead(open_weights(settings, "reader", progress)),
        urgent=open_adapter(settings.models_dir, "reader").number("urgent"),
        judge=judge,
        entailment=make_entailment(index.glossary.study),
        composers=make_composers(settings, prompts, lexicon, judge),
        say=prompts.say,
        starters=tuple(prompts.files[STARTERS].splitlines()),
        openings=read_openings(prompts),
        reply_intents=open_reply_intents(prompts),
        clock=SystemClock(),
        limits=Limits(settings.max_question_chars, settings.max_history_turns),
        traced=settings.tracing,
        versions={
            "index": index.version,
            "weights": embeddings.digest,
            "prompts": prompts.digest,
            **({"chat_model": settings.chat_model} if settings.chat_model else {}),
        },
    )


def ensure_index(settings: Settings, embeddings: OnnxEmbeddings, progress: Progress | None) -> None:
    """Brings the index up to date with the corpus. A corpus that breaks its rules leaves the previous index serving."""
    if mirror := open_mirror(settings, embeddings.digest):
        mirror.sync()
    state = index_state(settings.index_dir, corpus_version(read_files(settings.corpus_dir)), embeddings.digest)
    if state == "ready":
        return
    try:
        make_index(settings, progress)
    except CorpusError as error:
        if state == "missing":
            raise
        log.error("The corpus was changed and breaks its rules, so the index of before goes on serving.\n%s", error)


def make_index(settings: Settings, progress: Progress | None = None, rebuild: bool = False) -> IndexReport:
    from isletbot.ingestion.ingest import build_index
    from isletbot.wiring.answers import make_verify

    embeddings = open_embeddings(settings, progress)
    with take_turn(settings, embeddings.digest) as turn:
        report = build_index(
            settings.corpus_dir,
            settings.index_dir,
            embeddings,
            turn.writer,
            progress or no_progress,
            rebuild or turn.distrusted,
            make_verify,
        )
    index = open_index(settings, embeddings.digest)
    try:
        make_judge(settings, embeddings, index, progress)
    finally:
        index.close()
    return report


def make_app(settings: Settings, progress: Progress | None = None) -> FastAPI:
    """Serves the corpus without a name and, below a path of its own, each that the settings name."""
    from isletbot.server.corpus_paths import add_corpora

    app = _serve(settings, progress)
    apps = {name: _serve(named, progress, app) for name, named in load_corpora(settings).items()}
    return add_corpora(app, apps, settings.root_path) if apps else app


def _serve(settings: Settings, progress: Progress | None, beside: FastAPI | None = None) -> FastAPI:
    from isletbot.wiring.serving import serve_line

    prompts = open_prompts(settings)
    line = make_whole_line(settings, progress, prompts)
    # The records are probed for every caller: a result that is held would keep the server unready when they are back.
    return serve_line(
        line,
        settings,
        prompts,
        lambda: tuple(check for check in diagnose(settings, serving=True) if check.name != "records"),
        beside,
    )


def make_retriever(settings: Settings, k: int = 4) -> CorpusRetriever:
    """Opens the corpus to other LangChain programs, searched as the pipeline searches it."""
    from isletbot.storage.langchain_retriever import CorpusRetriever

    line = make_line(settings)

    def find(question: str) -> tuple[ScoredPassage, ...]:
        query = Query(text=question, parts=(Part(question),))
        return retrieve_evidence(query, line.index, line.embeddings, line.retrieval).found[0].passages

    return CorpusRetriever(find=find, k=k)


def check_corpus(settings: Settings) -> Corpus:
    """Loads the corpus and checks its rules. Raises CorpusError with every problem."""
    from isletbot.ingestion.load import load_corpus
    from isletbot.wiring.answers import make_verify

    return load_corpus(settings.corpus_dir, make_verify)


def diagnose(settings: Settings, *, serving: bool = False) -> tuple[HealthCheck, ...]:
    """Checks what works in this installation, or what a server that is running needs; makes and changes nothing."""
    check = check_copy if serving else check_index
    checks = (
        ("prompts", lambda: f"{len(open_prompts(settings).say_names)} texts"),
        ("corpus", lambda: f"{len(check_corpus(settings).passages)} statements"),
        ("weights", lambda: find_models(settings).check_weights().digest),
        ("index", lambda: check(settings, find_models(settings).check_weights().digest)),
        ("records", lambda: _check_records(settings)),
        *(
            [("data folder", lambda: check_room(settings.data_dir))]
            if settings.data_dir.is_dir() and not serving
            else []
        ),
    )
    return tuple(_run_check(name, probe) for name, probe in checks)


def diagnose_chat_model(settings: Settings) -> HealthCheck:
    """Asks the model for one word. Costs a call, so it runs only on request."""
    remedy = "Set ISLETBOT_CHAT_MODEL, ISLETBOT_CHAT_BASE_URL and ISLETBOT_CHAT_API_KEY as docs/models.md says."
    return _run_check("chat model", lambda: probe_chat_model(settings), remedy)


def _check_records(settings: Settings) -> str:
    from isletbot.storage.sql_records import SqlRecords

    return SqlRecords.describe(settings.records_url.get_secret_value(), settings.data_dir)


def _run_check(name: str, probe: Callable[[], str], remedy: str = "Run: isletbot index") -> HealthCheck:
    try:
        return HealthCheck(name, True, probe(), "")
    except RecordsError as error:
        return HealthCheck(name, False, str(error), "Look at the database, and at ISLETBOT_RECORDS_URL.")
    except Unavailable as error:
        return HealthCheck(name, False, error.message, error.remedy)
    except IsletbotError as error:
        return HealthCheck(name, False, str(error), remedy)
