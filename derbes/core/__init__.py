"""The records. Siblings do not know each other; only the vault and the journal are shared.

Every column is declared personal (sealed, keyed, or telling of one person) or other; an undeclared one
fails the build. Every table of people carries `subject`, so that it can be distributed by person.
"""
