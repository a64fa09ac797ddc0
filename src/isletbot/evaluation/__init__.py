"""What the bot is worth, measured: the very functions that ship, on data with known answers."""
