"""What people get to read: text, JSON, SARIF, workflow commands, mails, pictures, pages."""
