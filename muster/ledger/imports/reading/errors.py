"""The one error of reading."""


class Unreadable(ValueError):
    """Nothing can be read from the file; the message says why."""
