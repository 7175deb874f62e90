"""What must hold: the policy and the law as plain Python.

No Django, no database, no clock, no files. Everything here takes values and gives values, so a lawyer's
question ("may this clerk read this field today?") is one call and one test.
"""
