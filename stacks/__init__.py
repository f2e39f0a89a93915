"""What is deployed: the stacks of an environment, and the reviewer of their templates."""
