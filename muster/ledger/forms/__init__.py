"""Forms from above: a superior's own spreadsheet, and a district's own letters, filled from what is known."""
