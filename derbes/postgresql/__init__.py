"""PostgreSQL as Django has it, with a short way for the few statements that every request makes."""
