"""The schedule: the tick, the closing of editions, and their way into the mail."""
