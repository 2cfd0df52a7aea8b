"""Killed while people are registered, the house comes back by itself, and nothing is lost or counted twice."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_three_kills_lose_and_double_nothing_and_the_careless_client_shows_that_it_would_be_seen():
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MUSTER_HOME")}
    command = ["--kills", "3", "--rate", "30", "--every", "1.5", "--people", "1500", "--seed", "5"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crash", *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert re.search(r"lost: 0; doubled: 0; the careless control doubled [1-9]", done.stdout)
    assert "× 500" not in done.stdout, done.stdout  # whoever asks while the database is away hears when to come again
    for kind in ("pages", "database", "worker"):
        assert re.search(rf"^{kind} +1 ", done.stdout, flags=re.M), done.stdout
