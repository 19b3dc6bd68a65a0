"""The process: web service, worker, store, time, and the wiring of it all."""

__version__ = "0.1.0"
