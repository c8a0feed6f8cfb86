"""The place Review: one sample at a time, decided with one key."""
