"""The ways in which an action says no."""

from __future__ import annotations

from typing import Any


class Refused(PermissionError):
    """The post may not do this here. Logged; shown as 403."""

    def __init__(self, permission: str, area: str = "") -> None:
        super().__init__(f"{permission} is not allowed here")
        self.permission, self.area = permission, area


class Invalid(ValueError):
    """A value cannot be accepted: which field, and a translated text that says what to do. Shown beside it, 422."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


class OpConflict(RuntimeError):
    """The operation id was used before with another payload. Shown as 409."""
