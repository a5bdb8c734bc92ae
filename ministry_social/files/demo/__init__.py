"""The demo's message: a statement in eight languages with its captions, twenty-four local texts, and drawings made on the spot."""
