"""Two flows at once: what is raced, and how. tests/races/threads.py says how an order of statements is made to be."""


def all_races() -> list:
    """Every race, in the order of the table."""
    from tests.races import portfolios, rights, staff, system

    return [*rights.RACES, *staff.RACES, *system.RACES, *portfolios.RACES]
