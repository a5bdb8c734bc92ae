"""The trial of renewing: workers renew one credential at once, and are killed at every step of it."""
