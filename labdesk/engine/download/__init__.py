"""Fetching models: byte ranges that survive kills and lying servers, and what the hub says about its models."""
