"""What this machine commits per second, beside its limits; ratios are measured side by side in one run."""
