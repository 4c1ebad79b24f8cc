"""Rules of trade, pure: what a pack publishes (`ruleset`), who bears what when money moves (`ledger`), what schemes
promise of a sold line (`protection`)."""
