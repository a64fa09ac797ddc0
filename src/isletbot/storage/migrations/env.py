"""How alembic reaches the records: over the connection it is handed, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from isletbot.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=False,  # the caller's transaction holds all of it
    user_module_prefix="",
)
context.run_migrations()
