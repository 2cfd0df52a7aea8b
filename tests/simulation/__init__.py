"""Phones that lose the network, their answers and their lives, against the real server; see docs/offline.md."""
