"""Finds emergencies, crises, reasons to call the care team, and attacks, by rules alone. `floor.py` decides."""
