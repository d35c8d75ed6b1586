"""Acts of `govern` as a node's operator drafts them; the institutions sign them elsewhere, with their wallets."""

from collections.abc import Iterable

from nacl.signing import SigningKey

from ledger.node.files import Home, NodeCard, NodeError, read, write, write_bytes
from ledger.protocol.governance import NewValidator, NodeKeyAct, ValidatorsAct, possession_message

NEXT_KEY = "node.key.next"


def joining(home: Home) -> ValidatorsAct:
    """The act by which this node gets a vote, with the proof that it has its key."""
    config, key = home.config, home.signing_key
    public, proof = _proof(home, key)
    added = NewValidator(institution=config.institution, name=config.name, node_key=public, proof=proof)
    return ValidatorsAct(add=added)


def new_key(home: Home) -> NodeKeyAct:
    """The act by which this node gets another key. The key is made at the first call, and kept beside the old one."""
    path = home.path(NEXT_KEY)
    if not path.exists():
        write_bytes(path, f"{SigningKey.generate().encode().hex()}\n".encode(), private=True)
    public, proof = _proof(home, _next_key(home))
    return NodeKeyAct(name=home.config.name, node_key=public, proof=proof)


def take_key(home: Home, validators: Iterable[tuple[str, str]]) -> str:
    """The next key becomes this node's, once the network names it so: `validators` are names and node keys."""
    key = _next_key(home)
    public = key.verify_key.encode().hex()
    if (home.config.name, public) not in set(validators):
        raise NodeError(
            "The ledger here does not give this node that key yet; its old key goes on until then."
        )
    old = read(home.path("node-card.json"), NodeCard)
    card = NodeCard(
        inbox=old.inbox,
        institution=old.institution,
        name=old.name,
        node_key=public,
        validator=old.validator,
    )
    write(home.path("node-card.json"), card)
    write_bytes(home.path("node.key"), f"{key.encode().hex()}\n".encode(), private=True)
    home.path(NEXT_KEY).unlink()
    return public


def _next_key(home: Home) -> SigningKey:
    try:
        return SigningKey(bytes.fromhex(home.path(NEXT_KEY).read_text().strip()))
    except FileNotFoundError as error:
        raise NodeError(f"{home.folder} has no next key: run `govern new-key` first.") from error


def _proof(home: Home, key: SigningKey) -> tuple[str, str]:
    public = key.verify_key.encode().hex()
    message = possession_message(home.network.chain, home.config.name, public)
    return public, key.sign(message).signature.hex()
