"""The steps of the history, one file each."""
