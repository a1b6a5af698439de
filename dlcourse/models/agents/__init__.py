"""Networks that act: they play, see what comes of it, and learn from that."""
