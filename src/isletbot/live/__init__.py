"""Keeps a running bot up to date: follows new indexes, withdrawals, approvals and changes of the rules."""
