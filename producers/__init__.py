"""Articles in: read them from files, folders and pipes, and push them onto the queue."""
