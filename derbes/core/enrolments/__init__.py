"""Registrations of many people at once: how far each has come, and where each person's data came from."""
