"""Pages of people. `customer`: one customer, and their line in a list."""
