"""Labels that are classes of a whole image, text or video: one class, or several."""
