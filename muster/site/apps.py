"""Wires the house together when it starts: declarations, procedures, the clock."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The last app: everything below it is loaded when it becomes ready."""

    name = "muster.site"

    def ready(self) -> None:
        """Read every declaration and ledger, then register the procedures and the ledgers that take lists."""
        from django.conf import settings

        from muster.kernel import clock, declare
        from muster.kernel.areas import installation
        from muster.ledger import declaring

        rooms = [*settings.DOMAINS, "muster.reports"]
        declare.read_all([*settings.KERNEL, "muster.web", "muster.ledger", *rooms, "muster.site.demo"])
        declaring.read_all(["muster.ledger", *rooms])
        import_module("muster.procedures")
        import_module("muster.site.exchange.targets").register()
        clock.follow(installation.clock_offset, installation.time_zone)
