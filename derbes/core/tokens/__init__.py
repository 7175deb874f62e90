"""Tokens of programs, and the answers that are given again to who asks the same thing twice."""
