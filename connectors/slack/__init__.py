"""Slack's wire: signatures, commands, clicks, forms, cards. Only `client` calls Slack."""
