"""Labels of other tools: what reads each format into a manifest, and writes it from one."""
