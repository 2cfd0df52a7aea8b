"""A column that the database numbers by itself, also in a COPY that leaves it out."""

from __future__ import annotations

from typing import Any

from django.db import models


class IdentityKeyField(models.BigIntegerField):
    """`bigint GENERATED ALWAYS AS IDENTITY`: never written by us, known after the insert.

    The column itself is made by the migration's SQL; bulk tables such as presence refer to it.
    """

    generated = True  # Django leaves such columns out of INSERT and UPDATE
    db_returning = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)
