"""Corrections: when a person last said that their data are right. What is to be changed is a matter, and sealed."""
