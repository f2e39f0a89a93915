"""What reviewers are told first: one module for each section, and how it reads policies and schemas."""
