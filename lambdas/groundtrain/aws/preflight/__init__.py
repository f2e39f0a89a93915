"""What `groundtrain preflight` asks AWS: every call reads, none changes anything."""
