"""The place Chat: ask a model, or two side by side, and see which one answers."""
