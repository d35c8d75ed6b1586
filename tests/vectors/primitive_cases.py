"""What primitives.json is made from, as far as it is chosen and not computed."""

CANONICAL = [
    "{}",
    "[]",
    '""',
    "0",
    "-0",
    "true",
    "[9007199254740991, -9007199254740991]",
    ' {"b" : [1, 2, {"z": false, "a": true}], "a": "x"} ',
    '"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\u007f\\"\\\\\\/"',
    '"A\\u030a \\u00c5 \\u2028 \\ud83d\\ude00"',
    '{"\\ud83d\\ude00": 1, "\\uffff": 2, "\\ue000": 3, "z": 4, "\\u00e9": 5}',
    '{"10": 1, "9": 2, "": 3, "A": 4, "a": 5}',
]
REFUSED_JSON = [
    "",
    " ",
    "null",
    "[1, null]",
    "1.0",
    "1e0",
    "1E2",
    "-0.0",
    "01",
    "+1",
    "NaN",
    "Infinity",
    "9007199254740992",
    "-9007199254740992",
    "1" + "0" * 400,
    '{"a": 1, "a": 1}',
    '{"a": {"b": 1, "b": 2}}',
    '{"a": 1, "\\u0061": 2}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '{"\\ud800": 1}',
    '"\t"',
    "'a'",
    "[1,]",
    "{} {}",
    "\ufeff{}",
]

# Signatures that libraries judge differently, with libsodium's verdict. Made by hand from the curve's equation:
# a component of order 8 in R, or in the key; the latter holds without cofactor for one message in eight.
ODD_SIGNATURES = {
    "R with a component of order 8: only the cofactored equation holds": (
        "fa68c21658d936b7ea16961ac8db255c4ef44576a43d5f1791149a6c12d675e1",
        b"hello",
        "c8e6cae344452535dbcaaea1902db323dc64e78c27ad7398070d46802d31aa35"
        "66d77ccaf7047e4ac93359a50c45a38a6161bb151ce150ea8bc569c093431a02",
    ),
    "key with a component of order 8, refused": (
        "1d9c8d402a4e3dc8020f70ac9163f946605f16ed105bcc554f8e2115ccdd7370",
        b"hello0",
        "c45ada5f2042c027342bdc6e06fabf00dfa0522662df0877c0d265e8316767ad"
        "792af676aa617b176dbebe02bd57765ae27919564f93017950edb7243ee49f04",
    ),
    "key with a component of order 8, accepted": (
        "1d9c8d402a4e3dc8020f70ac9163f946605f16ed105bcc554f8e2115ccdd7370",
        b"hello3",
        "c45ada5f2042c027342bdc6e06fabf00dfa0522662df0877c0d265e8316767ad"
        "6c544d261550845f76d202b02cc7cb28f2a31056a26be8329354e6013d9ac902",
    ),
    "neutral key, neutral R, S = 0: fits every message under some libraries": (
        "01" + "00" * 31,
        b"any message",
        "01" + "00" * 63,
    ),
    "neutral key in its second spelling": ("01" + "00" * 30 + "80", b"any message", "01" + "00" * 63),
    "neutral key not canonical (p + 1)": ("ee" + "ff" * 30 + "7f", b"any message", "01" + "00" * 63),
    "key of order 2": ("ec" + "ff" * 30 + "7f", b"any message", "01" + "00" * 63),
    "key of order 4": ("00" * 32, b"any message", "01" + "00" * 63),
    "key that is no point": ("02" + "00" * 31, b"any message", "01" + "00" * 63),
}


# How many entries a block of the state tree's vectors appends, and which positions it spends.
STATE_BLOCKS: list[tuple[int, list[int]]] = [
    (1, []),
    (1, []),
    (13, [0]),
    (1, []),
    (1, [2, 15]),
    (239, [16]),
    (1, [0]),
    (20, [256]),
    (3, [277, 279]),
]
