"""Rebuilds the parts of the pipeline that depend on the index when the index changes."""

from __future__ import annotations

from dataclasses import replace

from isletbot.answering.glossary import Lexicon
from isletbot.answering.line import Line
from isletbot.live.bot import RebuildLine
from isletbot.ports import PassageIndex
from isletbot.prompts import Prompts
from isletbot.settings import Settings
from isletbot.storage.source_withdrawal import GroundedAnswers, exclude_sources
from isletbot.wiring.chat import make_composers


def make_rebuild(settings: Settings, prompts: Prompts) -> RebuildLine:
    def rebuild_line(line: Line, index: PassageIndex) -> Line:
        if index.version == line.versions["index"]:
            return replace(line, index=index)
        lexicon = Lexicon(index.everything(), index.glossary)
        composers = make_composers(settings, prompts, lexicon, line.judge)
        versions = {**line.versions, "index": index.version}
        return replace(line, index=index, lexicon=lexicon, composers=composers, versions=versions)

    return rebuild_line


def leave_out_withdrawn(settings: Settings, prompts: Prompts, line: Line) -> Line:
    index = exclude_sources(line.index, find_withdrawn(settings))
    if index is line.index:
        return line
    return make_rebuild(settings, prompts)(replace(line, answers=GroundedAnswers(line.answers, index)), index)


def find_withdrawn(settings: Settings) -> frozenset[str]:
    """Reads the withdrawn sources from the records; without records none is withdrawn."""
    url = settings.records_url.get_secret_value()
    if not url and not (settings.data_dir / "records.sqlite").exists():
        return frozenset()
    from isletbot.storage.sql_sources import read_withdrawn

    return read_withdrawn(url, settings.data_dir)
