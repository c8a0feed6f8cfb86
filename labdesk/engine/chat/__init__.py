"""Talking with a model: one conversation, base beside tuned, and the chat worker's protocol."""
