"""The column that bears an area code."""

from typing import Any

from django.db import models


class AreaCodeField(models.TextField):
    """An area code; '' is the whole installation. C collation, so that a prefix is a plain range.

    It is not a foreign key: facts keep the code of their day when an area is renamed or split.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_collation", "C")
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
