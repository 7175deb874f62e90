"""Appeals: the register, what happened to each, and what was attached."""
