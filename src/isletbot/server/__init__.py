"""The HTTP way in, and the JSON forms every way in shares. Importing this package imports no framework."""
