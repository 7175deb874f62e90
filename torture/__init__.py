"""Crash tests: an installation of its own whose processes and server are killed at random moments while people act.

    python -m torture run --minutes 10 --seed 7        on PostgreSQL when DERBES_DATABASE names one, else on SQLite
    python -m torture report                           docs/reliability.md from docs/data/torture.jsonl

`model` says what may be true of a person, `client` does things to people, `house` holds the processes, `chaos`
kills them, `check` compares what is in the database with what was acknowledged.
"""
