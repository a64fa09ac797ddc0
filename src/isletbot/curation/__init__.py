"""Curation redacts and retains what people ask, and runs the staff's work on answers: queue, drafts, approvals and
audit."""
