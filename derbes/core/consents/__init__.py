"""Consents: a ledger of what each person said on each purpose and act. Rows are only added."""
