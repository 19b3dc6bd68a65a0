"""Zendesk's wire: signatures, deliveries, tokens, tickets. Only `client` imports zenpy."""
