"""The commands: a signature and one call each."""
