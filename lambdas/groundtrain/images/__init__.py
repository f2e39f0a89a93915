"""Images behind the records: are they there, what do their headers say, do they decode, what is in a mask.

Only `decode` and `mask` need Pillow; everything else runs in the functions' bundle as it is.
"""
