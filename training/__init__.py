"""How the shipped models are made: data, recipe and record. Not needed to run anything."""
