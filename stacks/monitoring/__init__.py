"""The stack of alarms and the dashboard."""
