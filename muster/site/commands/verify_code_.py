"""`muster verify-code`."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

import click

KINDS = {
    "V": "venue",
    "R": "screen",
    "D": "desk",
    "P": "person",
    "M": "device",
    "S": "status",
    "C": "certificate",
    "W": "return",
}


@click.command("verify-code")
@click.argument("code")
@click.option("--key", "keys", multiple=True, metavar="NUMBER:HEX", help="A public key to check with, as printed.")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S"]), help="Check as of this moment (UTC), not now.")
def command(code: str, keys: tuple[str, ...], at: datetime | None) -> None:
    """Say as JSON what a signed CODE says, or why it is none (exit code 1). The database is not asked.

    Without --key the keys of this installation are used; another one's are printed on its page /check/.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
    from muster.domains.arrivals import certificates as returns
    from muster.domains.premises import proofs
    from muster.domains.screening import certificates
    from muster.kernel import clock
    from muster.signing import BadCode, unseal

    now = at.replace(tzinfo=UTC) if at else clock.now()
    code = code.strip().rstrip("/").rpartition("/")[2]
    try:
        known = {int(number): text for number, _colon, text in (key.partition(":") for key in keys)} or None
        kind = unseal(code, known)[0].decode(errors="replace")
        said = {"valid": True, "kind": KINDS.get(kind, "another")}
        if kind == "C":
            said |= vars(certificates.read(code, now, known))
        elif kind == "W":
            said |= vars(returns.read(code, now, known))
        elif kind == "S" and known is None:
            said |= vars(proofs.read(code, now))
    except (BadCode, ValueError) as no:
        click.echo(json.dumps({"valid": False, "why": str(no)}, ensure_ascii=False))
        sys.exit(1)
    click.echo(json.dumps(said, ensure_ascii=False, default=str))
