"""Reading, cleaning and searching light curves."""
