"""The decisions: pure functions that read no file, no network and no clock."""
