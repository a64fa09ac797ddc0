"""Evaluation measures the bot with the functions that ship, on data with known answers."""
