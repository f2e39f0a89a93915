"""What AWS itself says of the templates: steps that prove something, each with what it proves."""
