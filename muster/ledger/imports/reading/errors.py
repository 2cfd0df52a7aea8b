"""The one error of reading."""

from __future__ import annotations

from collections.abc import Iterable


class Unreadable(ValueError):
    """Nothing can be read from the file; the message says why.

    `header` is what a user may say the meaning of, `sheets` what they may choose from. `lacks` are the columns that are
    not there; `headless` says that no row names any.
    """

    def __init__(
        self, message: str, header: Iterable[str] = (), lacks: Iterable[str] = (), *, headless: bool = False
    ) -> None:
        super().__init__(message)
        self.header, self.sheets = list(header), list[str]()
        self.lacks, self.headless = list(lacks), headless
