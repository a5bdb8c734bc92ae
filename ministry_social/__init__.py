"""One message of a ministry, adapted to many official accounts, published once each, and on record."""
