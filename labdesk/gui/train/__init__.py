"""The place Train: what it will cost, how it goes, and what was learned."""
