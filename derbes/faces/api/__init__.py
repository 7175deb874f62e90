"""The API: what the operator's other programs may do, by tokens, in JSON (docs/api.md)."""
