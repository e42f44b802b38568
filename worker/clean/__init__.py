"""Cleaning: from a raw article to the article itself."""
