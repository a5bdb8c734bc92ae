"""The rehearsal: a local X, Facebook and YouTube that speak the real HTTP protocols on loopback.

It shares no code with `platforms/` and `rules/`: what both believe must be true twice.
"""
