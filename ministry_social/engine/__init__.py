"""The engines: alarm clock and dispatcher. Truth is in the ledger; an engine can be thrown away."""
