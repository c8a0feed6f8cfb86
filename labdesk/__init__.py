"""labdesk: teach a curriculum to an open language model on your own laptop."""

__version__ = "0.1.0"
