"""Serves the bot over HTTP and MCP, and holds their shared JSON forms. Importing this package imports no framework."""
