"""A hold in the middle of a wave: what starts after it, and whether what it names as gone is what stands there."""
