"""What every kind and act does and refuses, as data: `test_stories.py` plays each line in a Town of its own."""
