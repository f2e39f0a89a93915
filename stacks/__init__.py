"""What is deployed: one stage an environment, of three stacks."""
