"""The web console: who is let in, what they see, and what they may do."""
