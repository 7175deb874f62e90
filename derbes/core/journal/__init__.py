"""What was done, by whom, what for: appended, placed in a signed tree, and provable to anybody.

No entry holds personal data, and none can be told to be a person's without that person's secret.
"""
