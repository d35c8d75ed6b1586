"""Documents sealed in a page: every reader opens them, nobody else, and no altered copy passes."""

from base64 import b64decode, b64encode
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from ledger import documents
from ledger.protocol.reasons import Rejected
from tests.browser.modules import run
from tests.ledger.sealed import noise
from tests.protocol.world import institution, person

pytestmark = pytest.mark.browser

CHAIN = "demo-abababababababab"
FILE = noise(documents.CHUNK_BYTES + 333)
READERS = [institution("regulator"), institution("notary"), person("ann")]


def sealed_in_page(page: Page) -> dict[str, Any]:
    clerk = institution("issuer").members[0]
    readers = [{"address": each.address, "card": msgspec.to_builtins(each.card)} for each in READERS]
    signer = {"card": msgspec.to_builtins(clerk.card), "seed": clerk.sign.hex()}
    return run(
        page,
        "seal",
        b64encode(FILE).decode(),
        institution("issuer").address,
        readers,
        signer,
        module="documents",
    )


def opened(page: Page, copy: Any, digest: str, wallet: Any) -> str:
    """The file in base64, or the reason of the refusal."""
    return run(page, "open", copy, digest, wallet.seal.hex(), wallet.card.seal, module="documents")


def test_the_kernel_accepts_what_the_page_sealed(page: Page) -> None:
    copy = sealed_in_page(page)
    sealed = msgspec.convert(copy["sealed"], documents.Sealed)
    documents.check(sealed, CHAIN)
    assert len(documents.cut(sealed.header, b64decode(copy["ciphertext"]))) == 2
    assert len(sealed.header.readers) == 7  # three people of each institution, and ann
    with pytest.raises(Rejected, match="another network"):
        documents.check(sealed, "other-0123456789abcdef")
    assert FILE[:64] not in b64decode(copy["ciphertext"])


def test_every_reader_opens_it_and_nobody_else(page: Page) -> None:
    copy = sealed_in_page(page)
    digest = copy["sealed"]["header"]["document"]
    for wallet in (READERS[0].members[2], READERS[1].members[0], person("ann")):
        assert b64decode(opened(page, copy, digest, wallet)) == FILE
    assert opened(page, copy, digest, person("bob")) == "refused: WRONG_WITNESSES"


def test_an_altered_copy_does_not_pass(page: Page) -> None:
    copy = sealed_in_page(page)
    digest, ann = copy["sealed"]["header"]["document"], person("ann")
    data = bytearray(b64decode(copy["ciphertext"]))
    data[7] ^= 1
    other = b64encode(bytes(data)).decode()
    assert opened(page, copy | {"ciphertext": other}, digest, ann) == "refused: MALFORMED"
    assert opened(page, copy, "00" * 32, ann) == "refused: MALFORMED"
    swapped = copy["sealed"] | {"header": copy["sealed"]["header"] | {"by": ann.address}}
    assert opened(page, copy | {"sealed": swapped}, digest, ann) == "refused: BAD_SIGNATURE"


def test_a_copy_of_another_file_under_the_acts_digest_is_noticed(page: Page) -> None:
    """Whoever seals can claim any digest; the reader recomputes it over what comes out."""
    clerk = institution("issuer").members[0]
    signer = {"card": msgspec.to_builtins(clerk.card), "seed": clerk.sign.hex()}
    reader = {"address": person("ann").address, "card": msgspec.to_builtins(person("ann").card)}
    copy = run(
        page, "sealUnder", "ab" * 32, institution("issuer").address, [reader], signer, module="documents"
    )
    assert opened(page, copy, "ab" * 32, person("ann")) == "refused: MALFORMED"
