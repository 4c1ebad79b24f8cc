"""What the benches share: verdicts, a crowd of customers, a load generator, pgbench beside."""
