"""The vault: the only door to personal data. Nothing else may seal or open (import contracts)."""
