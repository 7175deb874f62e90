"""Accounts: who may sign in. An opaque number, and for the staff a code; no name, e-mail or phone is here."""
