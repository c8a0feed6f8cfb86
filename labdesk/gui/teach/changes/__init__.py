"""What a person changed in the taxonomy: against a version, beside each other, to keep and to give away."""
