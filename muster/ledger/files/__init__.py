"""Files of rows: one cell on its way out and in, and the one writer."""
