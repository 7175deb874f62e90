"""What is done without anybody asking: when each duty was last done, and what stood in its way."""
