"""Pages that work without a network: an installable shell, encrypted storage, and an outbox that loses nothing."""
