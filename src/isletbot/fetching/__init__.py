"""Fetches documents by address and by number, from servers that may be broken or hostile."""
