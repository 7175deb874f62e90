"""The face that anybody may look at: the policy, and what one can do about it without an account."""
