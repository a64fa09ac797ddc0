"""The floor of triage: rules for emergencies, crises, calls to the care team and attacks. Needs no model."""
