"""What would fail or surprise after a deployment: questions to AWS, and findings (GT8) on its answers."""
