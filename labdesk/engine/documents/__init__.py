"""Source documents to Markdown: one file per format. Runs only in the document worker, which is confined."""
