"""The stream that SageMaker's Pipe mode gives a training program: how it is written, and a reader of it.

`read_channel` and `read_records` are for people's own training programs; the file they are in, `reading.py`,
needs nothing but Python's standard library, and may be copied into an image.
"""

from groundtrain.pipe.reading import ChannelError, read_channel, read_records

__all__ = ["ChannelError", "read_channel", "read_records"]
