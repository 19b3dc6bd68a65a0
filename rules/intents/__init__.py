"""Which approved answer a message asks for; abstaining is a result, not a failure."""
