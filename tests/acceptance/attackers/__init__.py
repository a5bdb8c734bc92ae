"""Two attackers against the ledger: a careless one who changes what he finds, and a careful one who seals it all anew."""
