"""Ledgers as files: reading, checking, loading and writing csv and xlsx."""
