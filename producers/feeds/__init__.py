"""Feeds that are polled: their list, when each is asked again, and how its items reach the queue."""
