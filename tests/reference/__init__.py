"""X's reference implementation of its text rules (npm `twitter-text`), and our counter beside it."""
