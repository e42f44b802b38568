"""Articles to digests to editions: clean, store, summarise, publish."""
