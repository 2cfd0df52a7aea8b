"""Lists as people send them: read, mapped, shown with a verdict for every row, and only then taken."""
