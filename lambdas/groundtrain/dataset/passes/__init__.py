"""Read a manifest in one pass or more: decide each line, count what was decided, and see the whole."""
