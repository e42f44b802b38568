"""Where Redis is: the embedded server of a data folder, and servers that sentinels watch."""
