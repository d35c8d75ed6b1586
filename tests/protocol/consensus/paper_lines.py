"""Every line of arXiv 1807.04938, Algorithm 1, from 10 on, and the tests that exercise it."""

from typing import Final

# First and last line, what they say, tests of test_consensus_lines.py and test_consensus_decisions.py.
ROWS: Final[list[tuple[int, int, str, tuple[str, ...]]]] = [
    (
        10,
        10,
        "start, and nothing before there is a reason",
        (
            "test_l10_nothing_happens_before_the_height_begins",
            "test_l10_begun_enters_round_0_once",
            "test_l10_a_proposal_begins_the_height",
        ),
    ),
    (11, 13, "a round starts in step propose", ("test_l10_begun_enters_round_0_once",)),
    (14, 14, "only its proposer proposes", ("test_l14_a_block_built_too_late_is_not_proposed",)),
    (
        15,
        16,
        "the valid value again",
        ("test_l15_the_proposer_proposes_the_valid_block_again_with_its_polka",),
    ),
    (17, 18, "or a new one", ("test_l14_the_proposer_builds_a_block_and_proposes_it_once",)),
    (
        19,
        19,
        "the proposal, with the valid round",
        (
            "test_l19_once_even_before_its_own_proposal_is_back",
            "test_l14_the_proposer_builds_a_block_and_proposes_it_once",
            "test_l15_the_proposer_proposes_the_valid_block_again_with_its_polka",
        ),
    ),
    (
        20,
        21,
        "the propose timer",
        ("test_l20_everyone_times_the_propose_step_and_later_rounds_wait_longer",),
    ),
    (
        22,
        22,
        "a fresh proposal of the round's proposer",
        (
            "test_l22_a_valid_fresh_proposal_gets_the_prevote",
            "test_l22_only_the_rounds_proposer_is_heard",
            "test_l22_the_first_proposal_of_an_equivocator_decides_the_prevote",
        ),
    ),
    (
        23,
        23,
        "valid, and not locked on another",
        ("test_l23_a_lock_refuses_another_fresh_block_and_takes_its_own",),
    ),
    (24, 24, "prevote for it", ("test_l22_a_valid_fresh_proposal_gets_the_prevote",)),
    (
        25,
        26,
        "else prevote nil",
        ("test_l26_an_invalid_block_gets_nil", "test_l26_a_block_that_is_not_fresh_gets_nil"),
    ),
    (27, 27, "step prevote", ("test_l22_a_valid_fresh_proposal_gets_the_prevote",)),
    (
        28,
        28,
        "a proposal with the polka of an earlier round",
        (
            "test_l28_a_polka_of_an_earlier_round_gets_the_prevote",
            "test_l28_a_polka_round_must_be_earlier_than_the_proposal",
            "test_l28_uses_any_proposal_of_the_round",
        ),
    ),
    (
        29,
        29,
        "locked no later than that, or on the same",
        (
            "test_l29_a_later_or_equal_polka_moves_a_locked_validator",
            "test_l29_its_own_block_is_taken_whatever_the_polka",
        ),
    ),
    (30, 30, "prevote for it", ("test_l28_a_polka_of_an_earlier_round_gets_the_prevote",)),
    (31, 32, "else prevote nil", ("test_l32_an_earlier_polka_does_not_move_a_locked_validator",)),
    (33, 33, "step prevote", ("test_l28_a_polka_of_an_earlier_round_gets_the_prevote",)),
    (
        34,
        35,
        "prevotes of a quorum start the timer, once",
        (
            "test_l34_prevotes_of_a_quorum_start_the_timer_once",
            "test_l34_two_voices_of_one_validator_are_one",
        ),
    ),
    (
        36,
        36,
        "a polka of this round, its block valid",
        (
            "test_l36_a_polka_locks_and_gets_the_precommit",
            "test_l36_waits_for_the_block_and_asks_for_it",
            "test_l36_not_while_the_validator_has_not_prevoted",
        ),
    ),
    (
        37,
        37,
        "in step prevote, once",
        ("test_l37_once_per_round", "test_l42_a_late_polka_becomes_valid_without_locking"),
    ),
    (38, 41, "lock, precommit, step precommit", ("test_l36_a_polka_locks_and_gets_the_precommit",)),
    (42, 43, "valid, also when late", ("test_l42_a_late_polka_becomes_valid_without_locking",)),
    (
        44,
        46,
        "a polka for nil, and no unlocking",
        ("test_l44_a_polka_for_nil_gets_precommit_nil", "test_l44_never_unlocks"),
    ),
    (
        47,
        48,
        "precommits of a quorum start the timer, once",
        ("test_l47_precommits_of_a_quorum_start_the_timer_once_in_any_step",),
    ),
    (
        49,
        49,
        "a quorum of precommits, of any round, in any step",
        ("test_l49_decides_in_any_step", "test_l49_decides_for_a_past_round"),
    ),
    (50, 50, "its block here and valid", ("test_l50_not_before_the_block_is_here_and_valid",)),
    (51, 51, "decide", ("test_l49_decides_in_any_step",)),
    (52, 54, "the next height, all forgotten", ("test_l52_the_next_height_forgets_everything",)),
    (
        55,
        56,
        "more than a third in a later round",
        ("test_l55_more_than_a_third_in_a_later_round", "test_l55_one_validator_alone_moves_nobody"),
    ),
    (57, 60, "the propose timer", ("test_l57_the_propose_timer_prevotes_nil_once",)),
    (61, 64, "the prevote timer", ("test_l61_the_prevote_timer_precommits_nil_once",)),
    (
        65,
        67,
        "the precommit timer",
        ("test_l65_the_precommit_timer_starts_the_next_round_from_any_step",),
    ),
]

# Rules that the paper does not have.
OURS: Final = {
    "halt_when_outvoted": (
        "test_l32_an_invalid_block_with_a_polka_is_not_voted_for_but_calls_for_help",
        "test_l50_not_before_the_block_is_here_and_valid",
    ),
}
