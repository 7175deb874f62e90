"""The restricted archive: what a law orders to keep of people whose data have ended otherwise."""
