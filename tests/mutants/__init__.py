"""One-line breaks of our own rules, and the suites that must notice them: `make mutants`."""
