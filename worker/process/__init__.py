"""What one process of the desk works with: its resources, the desk it belongs to, the parent it dies with."""
