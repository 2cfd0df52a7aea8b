"""From bytes to a table: sheets, encodings, where the table stands, what its columns and cells mean."""
