"""The staff's pages: who may come in, what they see, and what is written down about it."""
