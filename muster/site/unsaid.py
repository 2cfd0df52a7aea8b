"""What no log says: the codes in addresses of pages without sign-in. Whoever has one may write with it."""

from __future__ import annotations

import logging
import re

_CODE = re.compile(r"[A-Za-z0-9_-]{40,}")  # longer than an id: 36 characters


class Codes(logging.Filter):
    """Leaves six characters of each code: enough to tell two of them apart."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line is said, without them."""
        if isinstance(record.args, tuple):
            record.args = tuple(_short(each) if isinstance(each, str) else each for each in record.args)
        return True


def _short(text: str) -> str:
    return _CODE.sub(lambda found: found[0][-6:].rjust(9, "."), text)
