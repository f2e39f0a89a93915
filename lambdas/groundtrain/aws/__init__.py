"""Every call to AWS; nothing else knows boto3."""
