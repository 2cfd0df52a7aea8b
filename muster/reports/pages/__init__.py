"""The pages that join domains: duties, the situation, gaps, the desk, the clock, a person's file."""

from . import clock, desk, duties, gaps, person, situation, staffing

__all__ = ["clock", "desk", "duties", "gaps", "person", "situation", "staffing"]
