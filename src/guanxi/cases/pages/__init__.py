"""Pages of cases: `public` for customers, `staff` for us, `show` what both put before the reader."""
