"""The files that people write: messages, accounts, settings, forms, and the media that go with them."""
