"""The llama.cpp runtime: one model, one context, many sequences at once (low-level API of llama-cpp-python)."""
