"""Curation redacts what people ask, names what is kept and how long, and runs the staff's work on answers: queue,
drafts, approvals and audit. The stores are in `storage/`; `storage/sql_retention.py` enforces retention."""
