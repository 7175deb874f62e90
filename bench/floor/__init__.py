"""The floor of what goes over HTTP: Django with nothing in it, and one view that keeps a row."""
