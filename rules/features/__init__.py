"""What a text looks like to a model: vectors of meaning, and sums over its words."""
