/** Acts that proposals carry (protocol.md section 7): one builder each, and what can be judged without the ledger. */

import { Rejected, canonical, digest, digestOf, parseCanonical, toHex } from "./encoding.js";
import { checkCard } from "./keys.js";
import * as merkle from "./merkle.js";
import { malformed } from "./schema.js";
import { act as checkActShape } from "./shapes.js";

/** @typedef {import("./shapes.js").Act} Act */
/** @typedef {import("./shapes.js").Output} Output */
/** @typedef {{owner: string, quantity: number, locked_until?: number}} FirstHolder */
/** @typedef {{holders: FirstHolder[]} | {list: {chunks: number, root: string}}} FirstHolders */

/** @typedef {{cfi?: string, documents?: {digest: string, title: string}[], fisn?: string, lei?: string, rules?: object,
 *   terms?: {label: string, text: string}[]}} Amended */

export const CHUNK_OUTPUTS = 500;
export const AMENDABLE = ["cfi", "documents", "fisn", "lei", "rules", "terms"];

/**
 * A new instrument: all of its terms, and its first holders.
 * @param {{authorised: number, cfi: string, currency: string, decimals: number, documents: {digest: string, title: string}[],
 *   fisn: string, isin: string, lei: string, nominal: number, quantity: number, rules: object,
 *   terms: {label: string, text: string}[]} & FirstHolders} fields
 * @returns {Promise<Act>}
 */
export function register(fields) {
  return checked({ act: "register", ...fields });
}

/**
 * Further units, and a higher authorised quantity if it rises too.
 * @param {{authorised?: number, isin: string, quantity: number, version: number} & FirstHolders} fields
 * @returns {Promise<Act>}
 */
export function increase(fields) {
  return checked({ act: "increase", ...fields });
}

/**
 * These outputs are burnt; their owners sign the proposal.
 * @param {{isin: string, outputs: string[], version: number}} fields
 * @returns {Promise<Act>}
 */
export function decrease({ outputs, ...fields }) {
  return checked({ act: "decrease", ...fields, outputs: [...outputs].sort() });
}

/**
 * These outputs leave the register for `destination`; without outputs the whole instrument does.
 * @param {{destination: string, isin: string, outputs?: string[], version: number}} fields
 * @returns {Promise<Act>}
 */
export function withdraw({ outputs, ...fields }) {
  return checked({ act: "withdraw", ...fields, ...(outputs && { outputs: [...outputs].sort() }) });
}

/**
 * Words and rules of an instrument as they are from now on: each field that is given replaces the one that stands.
 * @param {{isin: string, version: number} & Amended} fields
 * @returns {Promise<Act>}
 */
export function amend(fields) {
  return checked({ act: "amend", ...fields });
}

/**
 * A participant and its roles; its card signs the proposal too.
 * @param {{card: import("./keys.js").Card, holder: string, lei?: string, name: string, roles: string[], wallet: string}} fields
 * @returns {Promise<Act>}
 */
export function admit({ roles, ...fields }) {
  return checked({ act: "admit", ...fields, roles: [...roles].sort() });
}

/**
 * The participant's roles rest.
 * @param {{address: string, reason: string}} fields
 * @returns {Promise<Act>}
 */
export function suspend(fields) {
  return checked({ act: "suspend", ...fields });
}

/**
 * The digest by which an approver says which act was judged.
 * @param {Act} act
 * @returns {Promise<string>} hex
 */
export function basisOf(act) {
  return digestOf("tallystick/act/1", act);
}

/**
 * What an act says of a long list of outputs, and each chunk with the path that its `allot` shows.
 * @param {Output[]} outputs
 * @returns {Promise<{list: {chunks: number, root: string}, chunks: {outputs: Output[], path: string[]}[]}>}
 */
export async function cutList(outputs) {
  const count = Math.ceil(outputs.length / CHUNK_OUTPUTS);
  const chunks = Array.from({ length: count }, (_, at) =>
    outputs.slice(at * CHUNK_OUTPUTS, (at + 1) * CHUNK_OUTPUTS),
  );
  const leaves = await Promise.all(chunks.map(chunkDigest));
  const [root, paths] = [await merkle.root(leaves), await merkle.paths(leaves)];
  const proved = chunks.map((chunk, at) => ({ outputs: chunk, path: paths[at].map(toHex) }));
  return { list: { chunks: count, root: toHex(root) }, chunks: proved };
}

/**
 * The leaf of one chunk.
 * @param {Output[]} outputs
 */
export function chunkDigest(outputs) {
  return digest("tallystick/chunk/1", canonical(outputs));
}

/**
 * Refuses an act that no state of the ledger could make right.
 * @param {Act} act
 */
export async function checkAct(act) {
  checkActShape(act, "body.act");
  if ("isin" in act) checkIsin(act.isin);
  if ("lei" in act) checkLei(act.lei);
  if (act.act === "amend" && !AMENDABLE.some((name) => name in act)) malformed("body.act", "nothing is to change");
  if ("card" in act) await checkCard(act.card, "body.act.card");
  if (act.act === "register" || act.act === "increase") checkFirstHolders(act);
  if (act.act === "register" && act.quantity > act.authorised) {
    throw new Rejected(
      "OVER_ISSUE",
      "body.act.quantity",
      `${act.quantity} units are more than the ${act.authorised} authorised`,
    );
  }
}

/** @type {(act: Act) => Promise<Act>} */
async function checked(parts) {
  const act = parseCanonical(canonical(parts)); // a copy that nobody else holds; BigInt becomes number
  await checkAct(act);
  return act;
}

/** @param {Act} act */
function checkFirstHolders({ holders, list, quantity }) {
  if ((holders === undefined) === (list === undefined))
    malformed("body.act.holders", "either holders or list is needed");
  if (holders) {
    const total = holders.reduce(
      (/** @type {bigint} */ sum, /** @type {FirstHolder} */ each) => sum + BigInt(each.quantity),
      0n,
    );
    if (total !== BigInt(quantity)) {
      throw new Rejected(
        "HOLDERS_DO_NOT_ADD_UP",
        "body.act.holders",
        `${total} units together; the act says ${quantity}`,
      );
    }
  } else if ((list.chunks - 1) * CHUNK_OUTPUTS >= quantity) {
    malformed("body.act.list.chunks", "more chunks than units");
  }
}

/** ISO 6166: letters count as 10 to 35, then Luhn over the digits. @param {string} isin */
function checkIsin(isin) {
  const doubled = [...inDigits(isin)].reverse().map((digit, place) => Number(digit) * (place % 2 ? 2 : 1));
  const total = doubled.reduce((sum, number) => sum + Math.floor(number / 10) + (number % 10), 0);
  if (total % 10)
    throw new Rejected("BAD_IDENTIFIER", "body.act.isin", `the check digit of ISIN ${isin} is wrong`);
}

/** ISO 17442: letters count as 10 to 35, the number modulo 97 is 1. @param {string} lei */
function checkLei(lei) {
  if (BigInt(inDigits(lei)) % 97n !== 1n) {
    throw new Rejected("BAD_IDENTIFIER", "body.act.lei", `the check digits of LEI ${lei} are wrong`);
  }
}

/** @param {string} code */
function inDigits(code) {
  return Array.from(code, (char) => parseInt(char, 36)).join("");
}
