"""How fast it is, always beside a bare alternative in the same run: `python -m benchmarks NAME --json`."""
