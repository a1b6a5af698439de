"""Networks without labels: they press pictures into a few numbers, and make new ones."""
