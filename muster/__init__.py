"""Muster (不漏): the operations system of a place's epidemic prevention and control."""

__version__ = "0.1.0"
