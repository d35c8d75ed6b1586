"""What pages show: the selectors' answers turned into words, each page in a fixed number of queries."""
