"""What the commands `ask` and `chat` read and print. They call the bot as the server does; they decide nothing."""
