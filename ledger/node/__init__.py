"""A node's own files: its identity, the network it joined, its peers' credentials. No database here."""
