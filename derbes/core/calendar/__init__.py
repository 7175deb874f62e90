"""Working days of Kazakhstan, as orders move them."""
