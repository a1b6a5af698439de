"""Networks that see: from a model of the visual cortex to networks that find and outline things."""
