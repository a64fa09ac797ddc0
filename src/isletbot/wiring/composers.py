"""What of the line rests on the index: laid anew whenever that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isletbot.answering.glossary import Lexicon
from isletbot.answering.graph import Line
from isletbot.ports import PassageIndex
from isletbot.settings import Settings
from isletbot.storage.source_withdrawal import GroundedAnswers, exclude_sources
from isletbot.wiring.chat import make_composers
from isletbot.wiring.texts import open_prompts

Lay = Callable[[Line, PassageIndex], Line]
"""The line on another index; what of it does not rest on that stays."""


def make_lay(settings: Settings) -> Lay:
    prompts = open_prompts(settings)

    def lay(line: Line, index: PassageIndex) -> Line:
        if index.version == line.versions["index"]:
            return replace(line, index=index)
        lexicon = Lexicon(index.everything(), index.glossary)
        composers = make_composers(settings, prompts, lexicon, line.judge)
        versions = {**line.versions, "index": index.version}
        return replace(line, index=index, lexicon=lexicon, composers=composers, versions=versions)

    return lay


def leave_out_withdrawn(settings: Settings, line: Line) -> Line:
    index = exclude_sources(line.index, find_withdrawn(settings))
    if index is line.index:
        return line
    return make_lay(settings)(replace(line, answers=GroundedAnswers(line.answers, index)), index)


def find_withdrawn(settings: Settings) -> frozenset[str]:
    """Of the records, when there are any: without them nobody has withdrawn anything."""
    url = settings.records_url.get_secret_value()
    if not url and not (settings.data_dir / "records.sqlite").exists():
        return frozenset()
    from isletbot.storage.sql_sources import read_withdrawn

    return read_withdrawn(url, settings.data_dir)
