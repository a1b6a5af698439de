"""Networks that remember, fill in and sort: from Hopfield's valleys to Kohonen's map."""
