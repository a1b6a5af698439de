"""Learning how to learn: first weights from which few examples are enough, and networks that a search has drawn."""
