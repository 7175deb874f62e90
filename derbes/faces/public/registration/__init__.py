"""Registration (§1.6, §1.7): consent first, then a list of tasks that can be left and resumed, then sending.

What always holds: nothing of a person is kept before their consent is; the forms ask for what the policy in
force names and for nothing else; every page works without scripts.
"""
