"""Persons, households, organisations and places; names and identifiers in tables that can be deleted."""
