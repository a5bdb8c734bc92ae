"""The verbs: what is done with a message, in the order of its life."""
