"""The place Teach: the tree, the leaf form, the source document."""
