"""What a client sent: read once within limits, trusted or not, and what it may ask of the schema. Runs nothing."""
