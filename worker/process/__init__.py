"""One process of the desk: its resources, the desk to which it belongs, the parent with which it ends."""
