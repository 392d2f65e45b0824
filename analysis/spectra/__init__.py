"""Reading and measuring stellar spectra."""
