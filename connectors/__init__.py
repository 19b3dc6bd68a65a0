"""The wires of the vendors: what Zendesk and Slack say and expect. No business choice."""
