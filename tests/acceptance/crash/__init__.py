"""The sending protocol under fire: kills and freezes at every step of it, and what stands on the platform afterwards."""
