"""What processes have spent of the processors, from /proc: steadier than times where others use the machine too."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(root: int, without: str = "") -> float:
    """Seconds of a process, of those that descend from it, and of those of them that have ended.

    `without` leaves out, with its descendants, each whose command line holds these words.
    """
    table = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            said = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace") if without else ""
        except OSError:  # it has just ended; its parent counts it then
            continue
        table[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])), said)
    own, ticks = {root}, 0
    while own:
        ticks += sum(table[pid][1] for pid in own if pid in table)
        own = {
            pid for pid, (parent, _ticks, said) in table.items() if parent in own and not (without and without in said)
        }
    return ticks / _TICKS
