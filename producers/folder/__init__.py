"""The watched folder: files found, read when they are complete, and moved when they are settled."""
