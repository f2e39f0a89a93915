"""The stack of functions, each with what starts it: rules, queues, a schedule."""
