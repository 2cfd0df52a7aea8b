"""What a phone seals to the server in JavaScript is opened by Python, by no other key, and not if a bit was changed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from muster.offline.sealing import Unreadable, opened, public_key

VAULT = Path(__file__).resolve().parents[2] / "muster" / "offline" / "static" / "offline" / "vault.js"
RECORD = {"op": "0a", "do": "register", "number": "610404199001011230", "name": "司徒云岫"}


@pytest.fixture(scope="module")
def sealed() -> str:
    """The record as the phone's own code seals it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no node to run the browser's modules.")
    source = json.dumps(VAULT.read_text("utf-8"))
    program = f"""
        const {{ letters, letter }} = await import("data:text/javascript," + encodeURIComponent({source}));
        console.log(await letter(await letters({json.dumps(public_key())}), {json.dumps(RECORD)}));
    """
    done = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_server_opens_what_the_phone_sealed(sealed):
    assert opened({"op": "0a", "sealed": sealed}) == RECORD
    assert opened(RECORD) is RECORD


def test_nothing_else_opens(sealed, monkeypatch):
    name, text = sealed.split(".")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(Unreadable):
            opened({"op": "0a", "sealed": f"{name}.{base64.urlsafe_b64encode(changed).decode().rstrip('=')}"})
    for bad in ("", "x", f"{name}.", f"k9.{text}", sealed[:-30], f"{name}.{text}.{text}", 7, None, [sealed]):
        with pytest.raises(Unreadable):
            opened({"op": "0a", "sealed": bad})
    with pytest.raises(Unreadable):
        opened({"op": "0b", "sealed": sealed})  # the copy of another record
    other = base64.b64encode(bytes(32)).decode()
    monkeypatch.setattr(settings, "MUSTER_KEYS", {**settings.MUSTER_KEYS, "aes": {name: other}})
    with pytest.raises(Unreadable):
        opened({"op": "0a", "sealed": sealed})


def test_an_older_key_still_opens(sealed, monkeypatch):
    keys = settings.MUSTER_KEYS
    newer = {**keys, "current": "k7", "aes": {**keys["aes"], "k7": base64.b64encode(bytes(32)).decode()}}
    monkeypatch.setattr(settings, "MUSTER_KEYS", newer)
    assert public_key().startswith("k7.")
    assert opened({"op": "0a", "sealed": sealed}) == RECORD
