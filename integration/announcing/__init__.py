"""What is written in the chat: which messages shall stand, what they show, and how they get there.

Everything is planned in the store first, beside what it is about; see
docs/explanation/people-in-the-chat.md.
"""
