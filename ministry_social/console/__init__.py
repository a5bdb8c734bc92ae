"""The web pages: where missions connect their accounts."""
