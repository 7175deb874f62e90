"""Publications: every edition of the policy ever published, byte for byte, for ever."""
