"""Ways to tell somebody who has not asked: mail, and a webhook."""
