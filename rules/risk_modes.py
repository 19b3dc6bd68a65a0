"""How much of the risk model is loaded: apart, so that settings can be read without it."""

FULL = "full"  # with the reader, a small network
LEXICAL = "lexical"  # by words and letters alone, on machines with little memory
