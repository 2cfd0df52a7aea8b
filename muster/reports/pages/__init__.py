"""The pages that join domains: duties, the situation, gaps, the desk, the clock, a person's file, who looked."""

from . import clock, desk, duties, gaps, log, person, situation

__all__ = ["clock", "desk", "duties", "gaps", "log", "person", "situation"]
