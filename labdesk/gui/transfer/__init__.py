"""Taxonomies in and out of a workspace: what an import would do before it does it, and where an export goes."""
