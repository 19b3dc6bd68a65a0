"""One detector a module: `detect(...)` returns what it saw, and never raises."""
