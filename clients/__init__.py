"""What an institution's own programs use: read files, build, sign, submit, ask.

Read `build.py` and `acts.py` (what is said), `signing.py` and `wallet.py` (who consents), `api.py` (to whom).
"""
