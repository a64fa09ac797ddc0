"""The console gives staff their pages: it signs them in, shows them the records and logs what they do."""
