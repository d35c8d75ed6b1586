"""What a transaction means to people: told from its own bytes, without addresses and quantities."""
