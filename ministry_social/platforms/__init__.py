"""The networks: one package each, all with the same files and the same verbs."""
