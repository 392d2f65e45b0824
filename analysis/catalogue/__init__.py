"""The schema, readers and writers of star catalogues."""
