"""What staff do to answers and records: redaction, retention, the queue of gaps."""
