"""Cases and contacts from files: set-based, a verdict per row, the second time "unchanged"."""
