"""Agreements and services: since when, until when, and whether something is still owed."""
