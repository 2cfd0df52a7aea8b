"""Wires the house together when it starts: declarations, procedures, the clock."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The last app: everything below it is loaded when it becomes ready."""

    name = "muster.site"

    def ready(self) -> None:
        """Read every declaration, ledger and letter, then register the procedures and the ledgers that take lists."""
        from django.conf import settings

        from muster.kernel import clock, declare
        from muster.kernel.areas import installation
        from muster.ledger import declaring
        from muster.ledger.forms import letters

        rooms = [*settings.DOMAINS, "muster.reports"]
        shelves = ["muster.web", "muster.ledger", "muster.ledger.forms", "muster.ledger.imports"]
        declare.read_all([*settings.KERNEL, *shelves, *rooms, "muster.site.demo"])
        declaring.read_all(["muster.ledger", *rooms])
        letters.read_all(rooms)
        import_module("muster.procedures")
        import_module("muster.site.exchange.targets").register()
        clock.follow(installation.clock_offset, installation.time_zone)
