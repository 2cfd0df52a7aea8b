"""The commands of `muster`, one file each. Django is imported inside them, so that `muster --help` is instant."""
