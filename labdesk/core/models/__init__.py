"""Model files: what their headers say, which are on this computer, fingerprints, chat templates."""
