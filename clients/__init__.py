"""What an institution's own programs use: read files, build, sign, submit, ask. Only the protocol and the API.

Read `build.py` and `acts.py` (what is said), `signing.py` and `wallet.py` (who consents), `api.py` (to which node).
"""
