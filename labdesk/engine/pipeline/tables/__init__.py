"""The blocks of InstructLab's pipeline files (version 1.0), one per file: each turns a table of rows into another.

A file in that format names a chain of them; `blocks/flow.py` runs the chain for one seed example or one piece of the
document and hands over the rows at its end. The format is InstructLab's; the words and the code are labdesk's.
"""
