"""An OpenAI-compatible server for programs on this very computer: off by default, behind a key, one model."""
