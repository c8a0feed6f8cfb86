"""The place Models: what is on this computer, and what each model can do here."""
