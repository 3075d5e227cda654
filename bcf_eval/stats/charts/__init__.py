"""Control charts and jumps."""
