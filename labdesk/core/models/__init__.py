"""Model files: what their headers say, which are on this computer, which adapter belongs to which base, chat templates."""
