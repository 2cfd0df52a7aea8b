"""Partitions of a convex polygon into convex cells, one per site (a Voronoi diagram): the demo's made-up boundaries.

Points are (longitude, latitude) in degrees. Nothing here is measured from a map.
"""

from __future__ import annotations

import numpy as np

Point = tuple[float, float]
Polygon = list[Point]


def partition(outline: Polygon, count: int, random: np.random.Generator, rounds: int = 4) -> list[Polygon]:
    """`count` cells of like size that fill the convex outline; sites move to their cell's centre `rounds` times."""
    sites = [inside(outline, random) for _ in range(count)]
    for _ in range(rounds):
        sites = [centre(_cell(outline, site, sites)) for site in sites]
    return [_cell(outline, site, sites) for site in sites]


def _cell(outline: Polygon, site: Point, sites: list[Point]) -> Polygon:
    """What of the outline lies nearer to `site` than to any other."""
    cell = outline
    for other in sites:
        if other is not site:
            cell = _nearer(cell, site, other)
    return cell


def _nearer(polygon: Polygon, site: Point, other: Point) -> Polygon:
    """The part of a convex polygon on the site's side of the line half-way to the other."""
    dx, dy = other[0] - site[0], other[1] - site[1]
    limit = dx * (site[0] + other[0]) / 2 + dy * (site[1] + other[1]) / 2
    kept: Polygon = []
    for start, end in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        before, after = dx * start[0] + dy * start[1] - limit, dx * end[0] + dy * end[1] - limit
        if before <= 0:
            kept.append(start)
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept


def centre(polygon: Polygon) -> Point:
    """The centre of gravity of a polygon's area."""
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return x / (3 * area), y / (3 * area)


def inside(polygon: Polygon, random: np.random.Generator) -> Point:
    """A random point in a convex polygon, by preference not at its rim."""
    shares = random.dirichlet(np.ones(len(polygon)))
    return float(shares @ [p[0] for p in polygon]), float(shares @ [p[1] for p in polygon])


def geometry(polygon: Polygon) -> dict[str, object]:
    """The polygon as GeoJSON, to about a metre."""
    ring = [[round(x, 5), round(y, 5)] for x, y in [*polygon, polygon[0]]]
    return {"type": "Polygon", "coordinates": [ring]}
