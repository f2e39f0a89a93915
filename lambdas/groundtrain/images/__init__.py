"""Images of the records: whether they exist, what their headers say, whether they decode, masks.

Only `pixels` needs Pillow; everything else runs in the functions' bundle without it.
"""
