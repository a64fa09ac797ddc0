"""The chat for web pages, in plain modules, and its demonstration pages. The only Python serves them."""
