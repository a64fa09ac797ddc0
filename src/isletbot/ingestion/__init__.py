"""A document becomes passages: read, screen, split, cautions, then the index."""
