"""Reads input and prints output of the commands. They call the bot as the server does and decide nothing."""
