"""Jobs that ended without their event ever coming: found on a schedule, and queued again."""
