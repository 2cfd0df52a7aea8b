"""A film for Chromium's camera: what a printed code looks like before it (raw YUV4MPEG2, which needs no codec)."""

from __future__ import annotations

import re
from pathlib import Path

from muster.web.links import drawn

WIDTH, HEIGHT, TABLE, PAPER, INK = 640, 480, 110, 230, 25
Picture = list[bytearray]  # rows of light


def printed(text: str) -> Picture:
    """A code as the project prints it, one dot a module, with its white edge."""
    svg = drawn(text)
    side = int(re.search(r'viewBox="0 0 (\d+) \d+"', svg)[1])
    rows = [bytearray([PAPER]) * side for _row in range(side)]
    x = y = 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", re.search(r' d="([^"]+)"', svg)[1]):
        if step == "h":
            for dot in range(int(float(first))):
                rows[int(y)][int(x) + dot] = INK
        moved = (float(first), float(second or 0))
        x, y = moved if step == "M" else (x + moved[0], y + moved[1])
    return rows


def laid_down(code: Picture | None, dots: int = 6) -> Picture:
    """The code on a table, so many pixels a module; the bare table without one."""
    rows = [bytearray([TABLE]) * WIDTH for _row in range(HEIGHT)]
    if code:
        tall, wide = len(code) * dots, len(code[0]) * dots
        top, left = (HEIGHT - tall) // 2, (WIDTH - wide) // 2
        for row in range(tall):
            rows[top + row][left : left + wide] = bytes(each for each in code[row // dots] for _dot in range(dots))
    return rows


def film(file: Path, picture: Picture) -> None:
    """Three frames of it; the browser plays them over and over."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + b"".join(picture) + grey
    file.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + 3 * frame)
