"""Private servers and child processes: what the demo and the tests stand on (no Django, nothing of ours)."""
