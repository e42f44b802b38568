"""Which articles report in the same words."""

from worker.dedup.text import text_key

__all__ = ["text_key"]
