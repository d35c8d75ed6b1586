"""The public API of a node: thin views over services and selectors, for wallets and programs."""
