"""Label Studio: tasks with annotations, JSON and JSON-MIN ("Export annotations" at labelstud.io)."""
