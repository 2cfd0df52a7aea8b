"""Which building goes to which sampling site: the least walking that the desks of the sites can serve.

A transportation problem, solved as a linear programme by HiGHS. Each building may go to its nearest few sites, whose
desks limit how many people they take. A basic solution splits fewer buildings than there are sites; those go whole to
the site that got most of them, so a site may exceed its capacity by the rest of a building. No Django.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

EARTH_METRES = 6_371_000
NEAREST = 8  # sites that a building may go to
TOO_FAR = 100_000.0  # metres that a person who finds no room counts for: more than any walk in a district


def metres(at: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Distances as the crow flies, in metres, of each point (lat, lon in degrees) of one list to each of the other."""
    a, b = np.radians(at)[:, None, :], np.radians(to)[None, :, :]
    east = (b[..., 1] - a[..., 1]) * np.cos((a[..., 0] + b[..., 0]) / 2)
    return EARTH_METRES * np.hypot(b[..., 0] - a[..., 0], east)


def assign(people: Sequence[int], distances: np.ndarray, capacity: Sequence[int]) -> list[int | None]:
    """The site (by number) of each building, or None where no near site has room; the sum of person-metres is least.

    `distances` has a row for each building and a column for each site.
    """
    buildings, sites = distances.shape
    if not buildings or not sites:
        return [None] * buildings
    near = np.argsort(distances, axis=1)[:, : min(NEAREST, sites)]
    shares = _solve(
        np.asarray(people, float), np.take_along_axis(distances, near, 1), near, np.asarray(capacity, float)
    )
    best = shares.argmax(axis=1)
    return [int(near[row, column]) if shares[row, column] > 1e-6 else None for row, column in enumerate(best)]


def _solve(people: np.ndarray, walks: np.ndarray, near: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """The share of each building that goes to each of its near sites.

    Columns: building by near site, then the share of each building that finds no room. Rows: buildings, then sites.
    """
    buildings, choices = near.shape
    cells, sites = buildings * choices, len(capacity)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cells + buildings, buildings + sites
    model.col_cost_ = np.concatenate([(walks * people[:, None]).ravel(), people * TOO_FAR])
    model.col_lower_, model.col_upper_ = np.zeros(cells + buildings), np.ones(cells + buildings)
    model.row_lower_ = np.concatenate([np.ones(buildings), np.full(sites, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([np.ones(buildings), capacity])
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.concatenate([np.arange(cells) * 2, 2 * cells + np.arange(buildings + 1)]).astype(np.int32)
    index, value = np.empty(2 * cells, np.int32), np.empty(2 * cells)
    index[0::2], index[1::2] = np.repeat(np.arange(buildings), choices), buildings + near.ravel()
    value[0::2], value[1::2] = 1.0, np.repeat(people, choices)
    matrix.index_ = np.concatenate([index, np.arange(buildings, dtype=np.int32)])
    matrix.value_ = np.concatenate([value, np.ones(buildings)])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError("the assignment has no optimum")
    return np.asarray(solver.getSolution().col_value)[:cells].reshape(buildings, choices)
