"""Undo and redo of everything labdesk changes below a workspace, also after a restart."""
