"""What is measured, against what: ratios within one run, on the same data, with the same database login."""
