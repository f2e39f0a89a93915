"""Records of every label type as pictures: what is to be drawn, in shapes, and the shapes as PNG or SVG.

`record_picture` draws one record, `sheet` several; `placed_findings` marks what the rules complain about.
"""
