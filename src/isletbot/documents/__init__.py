"""A document on disk, or from a server, becomes a draft that a person compares with its original."""
