"""Judgement: values in, one decision out. No I/O, no clock, no chance, no log."""
