"""Counts the tokens of texts exactly as the engine does, in a small process that holds a vocabulary and no weights."""
