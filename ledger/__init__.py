"""The ledger: what every node keeps, how nodes agree on it, and the protocol that is its law."""

import atexit
import gc

# Collecting msgspec's types while the interpreter ends can crash it, after all work is done (msgspec issue 717): the
# exit code would then lie. Nothing is collected from there on.
atexit.register(gc.freeze)
