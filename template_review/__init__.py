"""Templates for people: readable copies, what they create, and what a branch changes in them."""
