"""The phones' process: orders go in as lines of JSON, what the phones send comes out and is answered by a network."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("phones.mjs")
Network = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Outcome:
    """How a phone's try to send ended, what still waits on it, and what it shows as refused, with the reasons."""

    state: str
    waiting: list[str]
    refused: list[tuple[str, dict[str, str]]]


def node() -> str | None:
    """The JavaScript engine that runs the phones; None where there is none."""
    return shutil.which("node")


class Phones:
    """Twenty phones in one Node process. `network` answers each batch that is sent: {answer}, {lost} or {killed}."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [node() or "node", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.orders = 0
        self.network: Network = lambda sent: {"lost": True}

    def begin(self, network: Network, fault: str = "", keys_from: int = 0) -> None:
        """Forget everything; from now on this network answers."""
        self.network = network
        self._say(do="begin", fault=fault, **{"from": keys_from})

    def append(self, phone: int, record: dict[str, Any], lane: str) -> None:
        """A phone stores a record."""
        self._say(
            do="append",
            phone=phone,
            record={"op": record["op"], "lane": lane, "after": record.get("target"), "body": record},
        )

    def pause(self, failures: int, asked: float, random: float) -> float:
        """How many seconds a phone waits after so many failures."""
        self.orders += 1
        self._say(do="pause", id=self.orders, failures=failures, asked=asked, random=random)
        return float(self._hear()["state"]) / 1000

    def flush(self, phone: int, worker: int = 0) -> Outcome:
        """A phone sends what waits. The network may let another of its tabs do the same in between."""
        self.orders += 1
        mine = self.orders
        self._say(do="flush", id=mine, phone=phone, worker=worker)
        while True:
            said = self._hear()
            if "send" in said:
                self._say(do="reply", id=said["send"], reply=self.network(said))
            elif said["flushed"] == mine:
                return Outcome(said["state"], said["waiting"], [(op, why) for op, why in said["refused"]])

    def close(self) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _say(self, **order: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the phones' process ended")
        return json.loads(line)
