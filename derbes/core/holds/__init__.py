"""What holds a person's data fast: blocks and legal holds."""
