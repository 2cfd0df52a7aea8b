"""What can be wrong with plan files, and with asking for a plan."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault in an edition's file: which file, which key ('' for the whole file), and why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class PlanError(ValueError):
    """Edition files that cannot be used. `problems` names every fault found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class NoPlan(LookupError):
    """No edition has that code, or none of that disease was in force on that day."""
