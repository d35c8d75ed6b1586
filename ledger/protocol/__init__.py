"""The kernel: pure rules, no I/O. Read in this order:

reasons, encoding, keys, values, records; state, rules, acts/, validators, governance, transactions/, signed,
signatories, transition; merkle, state_tree, block, genesis, light; sealing; consensus/.
"""
