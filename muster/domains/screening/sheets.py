"""Numbers of paper sheets: issued by printing, checked by their last letter, so that a slip of the finger is noticed.

A line of a sheet is one operation, whoever types it and however often: its `op` follows from round, sheet, line and
who stands in it (made in the browser, `kit/paper.js`). So numbers need no register; seven letters drawn at random do
not meet in practice (31^7 = 2.7e10; among 10,000 sheets of a round two alike: 0.2 %).
"""

from __future__ import annotations

import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY"  # 31, a prime: the weighted sum finds every single slip and every swap
LENGTH, LINES = 7, 20


def check_letter(number: str) -> str:
    """The letter that ends a sheet's number: the sum of its letters, each times its place, modulo 31."""
    return LETTERS[sum(place * LETTERS.index(letter) for place, letter in enumerate(number, 1)) % len(LETTERS)]


def fresh_number() -> str:
    """A number that was not printed before."""
    drawn = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
    return drawn + check_letter(drawn)
