"""Conversations that are kept: a tree of exchanges, one journal file a chat, and what can be made of it."""
