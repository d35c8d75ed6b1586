"""The demonstration: a network on one machine, and the story that is played on it."""
