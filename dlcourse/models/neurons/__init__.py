"""Neurons: from one threshold unit of 1943 to the network that steered a car."""
