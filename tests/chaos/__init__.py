"""The fault suite: what becomes of thousands of articles while everything around them is killed; see __main__."""
