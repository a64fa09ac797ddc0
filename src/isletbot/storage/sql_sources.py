"""The records hold the decisions of staff about sources and the versions that indexes held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, func, insert, inspect, select

from isletbot.curation.sources import SourceDecision, SourceReview, SourceVersion
from isletbot.storage.corpus_file import source_from_json, source_to_json
from isletbot.storage.database import Database, read_url
from isletbot.storage.queue_tables import source_reviews, source_states, source_versions

_DECISION = [source_states.c[name] for name in SourceDecision.__dataclass_fields__]
_REVIEW = [source_reviews.c[name] for name in SourceReview.__dataclass_fields__]


class SqlSources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_decisions(self) -> Mapping[str, SourceDecision]:
        """Returns the decisions by source."""
        with self._database.read() as connection:
            return {row.source_id: SourceDecision(*row) for row in connection.execute(select(*_DECISION))}

    def decide(self, decision: SourceDecision) -> None:
        row = {name: getattr(decision, name) for name in SourceDecision.__dataclass_fields__}
        with self._database.write() as connection:
            connection.execute(delete(source_states).where(source_states.c.source_id == decision.source_id))
            connection.execute(insert(source_states).values(**row))

    def list_reviews(self) -> Mapping[str, SourceReview]:
        """Returns the last review of each source."""
        with self._database.read() as connection:
            return {row.source_id: SourceReview(*row) for row in connection.execute(select(*_REVIEW))}

    def keep_review(self, review: SourceReview) -> None:
        row = {name: getattr(review, name) for name in SourceReview.__dataclass_fields__}
        with self._database.write() as connection:
            connection.execute(delete(source_reviews).where(source_reviews.c.source_id == review.source_id))
            connection.execute(insert(source_reviews).values(**row))

    def list_versions(self, source_id: str) -> tuple[SourceVersion, ...]:
        """Lists the last opened version first."""
        mine = source_versions.c.source_id == source_id
        query = select(source_versions).where(mine).order_by(source_versions.c.opened_at.desc())
        with self._database.read() as connection:
            return tuple(map(_read_version, connection.execute(query)))

    def list_latest(self) -> tuple[SourceVersion, ...]:
        """Lists the last opened version of each source."""
        order = (source_versions.c.opened_at.desc(), source_versions.c.version)
        place = func.row_number().over(partition_by=source_versions.c.source_id, order_by=order)
        ranked = select(source_versions, place.label("place")).subquery()
        query = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.source_id)
        with self._database.read() as connection:
            return tuple(map(_read_version, connection.execute(query)))

    def keep_versions(self, versions: Sequence[SourceVersion]) -> None:
        with self._database.write() as connection:
            for version in versions:
                mine = (source_versions.c.source_id == version.source.id) & (
                    source_versions.c.version == version.source.version
                )
                connection.execute(delete(source_versions).where(mine))
                row = {"source_id": version.source.id, "version": version.source.version, "text": version.text}
                card = source_to_json(version.source)
                connection.execute(insert(source_versions).values(**row, card=card, opened_at=version.opened_at))


def _read_version(row: Row[Any]) -> SourceVersion:
    return SourceVersion(source_from_json(row.card), row.text, row.opened_at)


def read_withdrawn(url: str, data_dir: Path) -> frozenset[str]:
    """Reads the withdrawn sources from existing records and changes nothing in them. Raises RecordsError."""
    database = Database(read_url(url, data_dir), migrate=False)
    try:
        with database.read() as connection:
            if not inspect(connection).has_table(source_states.name):
                return frozenset()  # records of a program in which nothing could be withdrawn
            withdrawn = select(source_states.c.source_id).where(source_states.c.state == "withdrawn")
            return frozenset(connection.execute(withdrawn).scalars())
    finally:
        database.close()
