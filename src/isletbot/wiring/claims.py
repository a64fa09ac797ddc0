"""Chooses the entailment checks: one for a sentence of the pipeline, one for the replies of `eval claims`."""

from __future__ import annotations

from importlib.resources import files

from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.corpus import StudyWords
from isletbot.errors import CorpusError
from isletbot.evaluation.support_head import HEAD_FILE, SupportEntailment, parse_head
from isletbot.ingestion.glossary import read_glossary
from isletbot.ingestion.read import GLOSSARY_FILE
from isletbot.ports import Entailment
from isletbot.settings import Settings


def read_study_words(settings: Settings) -> StudyWords:
    """Reads from the corpus on disk what its studies call their groups and times; nothing where it has no glossary."""
    path = settings.corpus_dir / GLOSSARY_FILE
    if not path.is_file():
        return StudyWords()
    glossary, problems = read_glossary(GLOSSARY_FILE, path.read_text("utf-8"))
    if problems:
        raise CorpusError(tuple(problems))
    return glossary.study


def make_entailment(study: StudyWords) -> Entailment:
    """Checks one sentence against its quotes by rules, not by probability, because nothing false may pass."""
    return LedgerEntailment(study)


def make_reply_entailment(study: StudyWords) -> Entailment:
    """Checks replies of many sentences by any model against the passages they were written from."""
    return SupportEntailment(parse_head((files("isletbot.evaluation") / HEAD_FILE).read_text("utf-8")), study)
