"""Real events and answers: scrubbed of whose they are, and saved for tests."""
