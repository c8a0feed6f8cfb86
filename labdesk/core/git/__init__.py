"""Git without git: what changed against a base, history, contributions. No git program, no hooks, no check-out."""
