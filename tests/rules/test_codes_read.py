"""What the camera's own reader makes of pictures: our prints and the bars of a tube, held well and badly."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.journeys.filming import HEIGHT, INK, PAPER, TABLE, WIDTH, printed

PROGRAM = Path(__file__).with_name("codes_read.mjs")
LINK = (
    "https://muster.weicheng.example/p/"
    + "UAABAZrKv3J4c4uKq8mPq5s0XgH5vYkQh3jzGJrN" * 2
    + "m0Yw8xk2L5p9QeT4aVbN7uZs6iRtOoP/"
)
# Code 128 as another program (zxing-cpp) draws it: widths of bars and spaces in turn.
BARS = {
    "WC2021000123456": "2112143113211313212232111131412222212213122122221122321311233311211112242331112",
    "202112010001": "2112322212312132121122322221222122222221221223122331112",
    "BOX-7\tq": "2112141311231331213311211221323121314113111421121211423131212331112",
}
HELD = {
    "straight": {},
    "turned": {"turned": 0.2},
    "upside down": {"turned": 3.1},
    "on its side": {"turned": 1.57},
    "tilted": {"tilted": 0.1},
    "in the dark": {"light": 0.16, "noise": 1.5},
    "half in the shade": {"shade": 0.7},
}
ONLY_SQUARES = {"out of focus": {"blur": 2}, "far away": {"wide": 170}, "grainy": {"noise": 20}}


def seen(code, wide=330, turned=0.0, tilted=0.0, blur=0, light=1.0, noise=0.0, shade=0.0):
    """The code on the table as a camera sees it; each dot of the picture is the mean of nine points."""
    drawn = np.array([[PAPER if dot == PAPER else INK for dot in row] for row in code], dtype=float)
    tall = wide if len(code) == len(code[0]) else wide * 0.3
    points = np.add.outer(np.arange(HEIGHT * 3), np.zeros(WIDTH * 3)) / 3 - HEIGHT / 2
    across = np.add.outer(np.zeros(HEIGHT * 3), np.arange(WIDTH * 3)) / 3 - WIDTH / 2
    x = np.cos(turned) * across + np.sin(turned) * points
    y = np.cos(turned) * points - np.sin(turned) * across
    x, y = x / (1 + tilted * y / HEIGHT), y / (1 + tilted * y / HEIGHT)
    row, column = np.floor((y / tall + 0.5) * len(drawn)), np.floor((x / wide + 0.5) * len(drawn[0]))
    inside = (row >= 0) & (row < len(drawn)) & (column >= 0) & (column < len(drawn[0]))
    fine = np.full(row.shape, float(TABLE))
    fine[inside] = drawn[row[inside].astype(int), column[inside].astype(int)]
    picture = fine.reshape(HEIGHT, 3, WIDTH, 3).mean(axis=(1, 3))
    for axis in (0, 1) if blur else ():
        reach = np.exp(-(np.arange(-3 * blur, 3 * blur + 1) ** 2) / (2 * blur**2))
        picture = np.apply_along_axis(
            lambda line, reach=reach: np.convolve(line, reach / reach.sum(), "same"), axis, picture
        )
    picture = picture * light * (1 - shade * np.arange(WIDTH) / WIDTH)
    picture = picture + np.random.default_rng(7).normal(0, noise or 1e-9, picture.shape)
    return picture.clip(0, 255).astype(np.uint8)


def bars(widths):
    """The bars with ten light modules on either side."""
    dots = (
        [PAPER] * 10
        + [dot for at, n in enumerate(widths) for dot in [PAPER if at % 2 else INK] * int(n)]
        + [PAPER] * 10
    )
    return [dots]


@pytest.fixture(scope="module")
def read():
    """Name of a picture -> what is read in it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here to run the camera's modules")
    square, short = printed(LINK), printed("AB12CD34")
    pictures = {
        f"{what} {how}": seen(code, **held)
        for what, code in (("link", square), ("reference", short))
        for how, held in (HELD | ONLY_SQUARES).items()
    }
    pictures |= {
        f"{text} {how}": seen(bars(widths), **{"wide": 450, **held})
        for text, widths in BARS.items()
        for how, held in HELD.items()
    }
    rng = np.random.default_rng(1)
    pictures["bare table"] = np.full((HEIGHT, WIDTH), TABLE, np.uint8)
    pictures["noise"] = rng.integers(0, 255, (HEIGHT, WIDTH), np.uint8)
    stripes = rng.integers(1, 5, WIDTH)
    pictures["stripes"] = np.tile(
        np.repeat(np.arange(WIDTH) % 2 * 200 + 20, stripes)[:WIDTH].astype(np.uint8), (HEIGHT, 1)
    )
    spoiled = BARS["202112010001"].replace("1213", "1312", 1)
    pictures["one wide bar"] = seen(bars(spoiled), wide=450)
    sent = b"".join(
        json.dumps({"name": name, "width": WIDTH, "height": HEIGHT}).encode() + b"\n" + picture.tobytes()
        for name, picture in pictures.items()
    )
    done = subprocess.run([node, str(PROGRAM)], input=sent, capture_output=True, check=True, timeout=120)
    return {name: text for name, (text, _ms) in json.loads(done.stdout).items()}


@pytest.mark.parametrize("how", HELD | ONLY_SQUARES)
@pytest.mark.parametrize(("what", "text"), [("link", LINK), ("reference", "AB12CD34")])
def test_what_we_print_is_read(read, what, text, how):
    assert read[f"{what} {how}"] == text


@pytest.mark.parametrize("how", HELD)
@pytest.mark.parametrize("text", BARS)
def test_the_bars_of_a_tube_are_read(read, text, how):
    assert read[f"{text} {how}"] == text


@pytest.mark.parametrize("what", ["bare table", "noise", "stripes", "one wide bar"])
def test_what_is_no_code_says_nothing(read, what):
    assert read[what] is None
