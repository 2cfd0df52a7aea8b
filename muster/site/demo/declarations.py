"""What the demonstration adds to the house. Only the demo's own page asks for it, on nobody's behalf."""

from muster.kernel.declare import permission

permission("demo.advance_clock")
