"""What people and programs see: parse, take the time, make one call into flows, render."""
