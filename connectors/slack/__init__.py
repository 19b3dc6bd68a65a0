"""Slack's wire: what people do there, what is shown to them, and the calls that show it."""
