"""Questions across domains, each asked once for a whole page."""
