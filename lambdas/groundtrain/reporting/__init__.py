"""The report: what a dataset is made of, and which records show it, as one page for a browser.

`distributions` counts, `choice` picks records, `labels_drawn` says what is drawn on them, `contents` is all
that the page tells, and `page_file` writes it from the files in `page/`. `thumbnails` alone needs an imaging
library, and is not in the cloud.
"""
