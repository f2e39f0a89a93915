"""The event of a state machine's execution that has ended: all images of a dataset were looked at, or not.

Source: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
"""

STATES = "aws.states"
EXECUTION_STATUS_CHANGE = "Step Functions Execution Status Change"
EXECUTION_END_STATUSES = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
