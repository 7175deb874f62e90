"""Incidents: the register of breaches, what happened in each, and whom each affects."""
