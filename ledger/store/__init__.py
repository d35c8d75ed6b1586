"""The ONLY place where rows become values and deltas become rows."""
