"""Subjects: people whose data are kept. A number and dates; the rest is in the vault."""
