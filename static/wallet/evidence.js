/** Evidence (protocol.md section 6): two different messages that one validator signed in one place. */

import { Rejected, digestOf, fromHex } from "./encoding.js";
import { verify } from "./keys.js";

/** @typedef {{type: "votes" | "proposals", first: any, second: any}} Evidence */
/** @typedef {{validator: string, height: number, round: number, kind: string}} Place */

const DOMAINS = { votes: "tallystick/vote/1", proposals: "tallystick/proposal/1" };

/** Who spoke twice, and where. @type {(proof: Evidence) => Place} */
export function placeOf(proof) {
  return place(said(proof)[0]);
}

/** The record that this evidence makes. @type {(proof: Evidence) => string} */
export function evidenceKey(proof) {
  const { validator, height, round, kind } = placeOf(proof);
  return `evidence/${validator}/${height}/${round}/${kind}`;
}

/**
 * Refuses what is not two different messages of one place on this chain, the lesser digest first.
 * @type {(proof: Evidence, chain: string) => Promise<void>}
 */
export async function checkConflict(proof, chain) {
  const [first, second] = said(proof);
  const places = [first, second].map((each) => JSON.stringify(place(each)));
  if (first.chain !== chain || second.chain !== chain || places[0] !== places[1])
    throw bad("the messages are not of one place on this chain");
  const [lesser, greater] = await digests(proof);
  if (lesser >= greater) throw bad("the messages are the same, or not in order");
}

/**
 * Whether this node key signed both: that of the validator at that height.
 * @type {(proof: Evidence, nodeKey: string) => Promise<boolean>}
 */
export async function areSigned(proof, nodeKey) {
  const messages = await digests(proof);
  const verdicts = [proof.first, proof.second].map(({ signature }, at) =>
    verify(fromHex(nodeKey), fromHex(messages[at]), fromHex(signature)),
  );
  return (await Promise.all(verdicts)).every(Boolean);
}

/** @param {Evidence} proof */
function said({ type, first, second }) {
  return [first, second].map((signed) => (type === "votes" ? signed.vote : signed.proposal));
}

/** @param {Evidence} proof @returns {Promise<string[]>} */
function digests(proof) {
  return Promise.all(said(proof).map((message) => digestOf(DOMAINS[proof.type], message)));
}

/** @param {any} message @returns {Place} */
function place({ validator, proposer, height, round, type }) {
  return { validator: validator ?? proposer, height, round, kind: type ?? "proposal" };
}

/** @param {string} detail */
function bad(detail) {
  return new Rejected("BAD_EVIDENCE", "body.proof", detail);
}
