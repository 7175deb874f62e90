"""A privacy policy that runs."""
