"""The place Generate: what it will cost, then the samples as they are written."""
