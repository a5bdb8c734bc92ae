"""The nouns: frozen values that know nothing of files, networks or databases."""
