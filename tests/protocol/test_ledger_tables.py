"""Tables of transfers: each line with its result as the last word, then who holds what."""

import pytest

from tests.protocol.ledger_table import play
from tests.protocol.town import Town


def test_units_move_by_their_owners_signature(town: Town) -> None:
    play(
        town,
        """
        issue S  ann 100
        a   S.0 -> bob 30, ann 70              ok
        b   a.0 + a.1 -> cho 100               ok
        c   b.0 -> cho 1, cho 99               ok
        holds S  cho 100
        """,
    )


def test_refusals_in_checking_order(town: Town) -> None:
    """The last line has no fault left."""
    play(
        town,
        """
        issue S  ann 60 bob 40                        max_per_holder=70 max_holders=2
        a   S.0 + S.0 -> dan 0                 by bob  MALFORMED
        a   S.0 + S.0 -> dan 121               by bob  DUPLICATE_INPUT
        z   S.1 -> bob 40                              ok
        a   S.0 + S.1 -> dan 100               by bob  SPENT
        a   S.0 -> dan 61                      by bob  WRONG_WITNESSES
        a   S.0 -> dan 61                              NOT_CONSERVED
        a   S.0 -> dan 60                              WALLET_UNKNOWN
        a   S.0 -> bob 60                              OVER_HOLDER_LIMIT
        a   S.0 -> cho 30, ann 30                      TOO_MANY_HOLDERS
        a   S.0 -> cho 60                              ok
        holds S  cho 60, bob 40
        """,
    )


def test_an_output_is_spent_once(town: Town) -> None:
    play(
        town,
        """
        issue S  ann 10 bob 10
        a   S.0 -> bob 10                ok
        b   S.0 -> cho 10                SPENT
        c   S.0 -> ann 10                SPENT
        d   S.1 + S.0 -> bob 20   by ann bob  SPENT
        e   a.0 + a.0 -> bob 20          DUPLICATE_INPUT
        holds S  bob 20
        """,
    )


def test_dust_is_units_too(town: Town) -> None:
    play(
        town,
        """
        issue S  ann 3
        a   S.0 -> ann 1, bob 1, cho 1   ok
        b   a.0 -> bob 1                 ok
        c   b.0 + a.1 + a.2 -> bob 3     by bob  WRONG_WITNESSES
        c   b.0 + a.1 + a.2 -> bob 3     ok
        holds S  bob 3
        """,
    )


def test_limits_are_exact(town: Town) -> None:
    play(
        town,
        """
        issue S  issuer 100                             max_per_holder=30 max_holders=3
        a   S.0 -> ann 31, issuer 69                    OVER_HOLDER_LIMIT
        a   S.0 -> ann 30, issuer 70                    ok
        b   a.1 -> ann 1, issuer 69                     OVER_HOLDER_LIMIT
        b   a.1 -> bob 15, bob 16, issuer 39            OVER_HOLDER_LIMIT
        b   a.1 -> bob 15, bob 15, issuer 40            ok
        c   b.2 -> cho 1, issuer 39                     TOO_MANY_HOLDERS
        d   a.0 -> issuer 30                            ok      # above every limit: the treasury
        e   b.2 -> cho 1, issuer 39                     ok      # Ann has made room
        holds S  issuer 69, bob 30, cho 1
        """,
    )


def test_a_lock_up_ends_to_the_second(town: Town) -> None:
    play(
        town,
        """
        issue S  ann 10                  lock_up=1800000005
        wait 4
        a   S.0 -> bob 10                LOCKED
        wait 1
        a   S.0 -> bob 10                ok
        holds S  bob 10
        """,
    )


def test_a_table_whose_line_is_wrong_fails(town: Town) -> None:
    with pytest.raises(AssertionError, match=r"line 2: a S\.0 -> bob 10 SPENT: it was accepted"):
        play(town, "issue S ann 10\na S.0 -> bob 10 SPENT")
    with pytest.raises(AssertionError, match=r"line 2: .* it was refused: NOT_CONSERVED"):
        play(town, "issue B ann 10\nb B.0 -> bob 11 ok")
    with pytest.raises(AssertionError, match=r"line 1: .* there are {'ann': 10}"):
        play(town, "holds B bob 10")
