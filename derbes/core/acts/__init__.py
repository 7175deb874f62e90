"""Acts of destruction and depersonalisation, what was approved, and what was found afterwards."""
