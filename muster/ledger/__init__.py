"""Ledgers: the lists that people work from, and all that is made from one declaration."""
