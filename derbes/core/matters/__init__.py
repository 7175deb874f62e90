"""Matters: what waits for a member of staff. A registration to verify, a correction to look at."""
