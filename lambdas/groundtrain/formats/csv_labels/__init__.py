"""Labels as a table whose columns go by their usual names: CSV with any separator, or JSON Lines."""
