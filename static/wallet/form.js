/** What of an unsigned transaction can be judged without the ledger: shape, times, what it consumes, its body. */

import { CHUNK_OUTPUTS, checkAct } from "./acts.js";
import { Rejected, fromHex } from "./encoding.js";
import { checkConflict, evidenceKey } from "./evidence.js";
import { checkGovernAct } from "./governance.js";
import { checkCard, increasing, isSealKey } from "./keys.js";
import { malformed } from "./schema.js";
import { checkNote } from "./sealing.js";
import { checkShape } from "./shapes.js";

/** @typedef {import("./shapes.js").Act} Act */
/** @typedef {import("./shapes.js").Output} Output */
/** @typedef {import("./shapes.js").Transaction} Transaction */

export const LONGEST_LIFETIME = 86400; // seconds
export const RULE_BUILT = ["allot", "evidence"]; // kinds that nobody signs
const VERSION = /^(?:0|[1-9][0-9]{0,15})$/;
const OUTPOINT = /^[0-9a-f]{64}:(?:0|[1-9][0-9]{0,3})$/;

/**
 * Refuses an unsigned transaction that no state of the ledger could make right.
 * @type {(transaction: Transaction) => Promise<void>}
 */
export async function checkTransaction(transaction) {
  checkShape(transaction);
  const { body, expires, from, inputs, kind, outputs } = transaction;
  const ruled = RULE_BUILT.includes(kind) && (from !== 0 || expires !== LONGEST_LIFETIME);
  if (expires <= from || expires - from > LONGEST_LIFETIME || ruled) {
    throw new Rejected("BAD_VALIDITY", "expires", "valid for one second at least and for 24 hours at most");
  }
  if (new Set(inputs).size !== inputs.length)
    throw new Rejected("DUPLICATE_INPUT", "inputs", "the same input is listed twice");
  if (!increasing(inputs) || !consumes(transaction)) {
    throw new Rejected("WRONG_INPUTS", "inputs", "not sorted, or not what this kind consumes");
  }
  checkOutputs(kind, outputs);
  if (kind === "propose") await checkProposal(body);
  if (kind === "govern") await checkGovernAct(body.act, transaction.chain);
  if (kind === "evidence") await checkConflict(body.proof, transaction.chain);
  if (kind === "rotate" && body.seal) checkSeal(body.seal);
  if (body.card) await checkCard(body.card, "body.card");
  if (body.note) checkNote(body.note);
}

/** @type {(kind: string, outputs: Output[]) => void} */
function checkOutputs(kind, outputs) {
  if (kind === "transfer") {
    if (outputs.length === 0) throw new Rejected("NOT_CONSERVED", "outputs", "a transfer has outputs");
    if (outputs.some((each) => each.hold || each.locked_until !== undefined))
      malformed("outputs", "a transfer sets neither hold nor lock");
  } else if (kind === "allot") {
    if (outputs.length < 1 || outputs.length > CHUNK_OUTPUTS)
      throw new Rejected("BAD_CHUNK", "outputs", `1 to ${CHUNK_OUTPUTS} outputs`);
  } else if (outputs.length) {
    throw new Rejected("WRONG_INPUTS", "outputs", "what this kind creates follows from its body");
  }
}

/** @type {(body: {act: Act, notary?: string}) => Promise<void>} */
async function checkProposal({ act, notary }) {
  await checkAct(act);
  const needed = !["admit", "suspend"].includes(act.act);
  if ((notary !== undefined) !== needed)
    malformed("body.notary", "given exactly where the act needs a notary");
}

/** @type {(seal: {from: number, key: string, until: number}) => void} */
function checkSeal({ from, key, until }) {
  if (!isSealKey(fromHex(key)))
    throw new Rejected("BAD_CARD", "body.seal.key", "of low order or not in its canonical encoding");
  if (from >= until) throw new Rejected("BAD_VALIDITY", "body.seal.until", "not after its beginning");
}

/** Whether the inputs are exactly what the kind consumes. @param {Transaction} transaction */
function consumes({ body, inputs, kind }) {
  if (kind === "transfer") return inputs.length > 0 && inputs.every((input) => OUTPOINT.test(input));
  if (kind === "propose") return inputs.length === 0; // its own record's key is implied
  const [key, version, ...more] = inputs.length === 1 ? inputs[0].split("@") : [];
  if (key !== consumedKey(kind, body) || version === undefined || more.length || !VERSION.test(version))
    return false;
  const number = BigInt(version);
  if (kind === "approve" || kind === "refuse" || kind === "evidence" || (kind === "rotate" && body.seal)) return number === 0n;
  if (kind === "retract") return number === 1n;
  return number >= (kind === "attest" ? 0n : 1n) && number <= BigInt(Number.MAX_SAFE_INTEGER);
}

/** @param {string} kind @param {any} body */
function consumedKey(kind, body) {
  switch (kind) {
    case "approve":
    case "refuse":
      return `approval/${body.proposal}/${body.role}`;
    case "retract":
      return `proposal/${body.proposal}`;
    case "attest":
    case "revoke":
      return `claim/${body.issuer}/${body.wallet}/${body.topic}`;
    case "rotate":
      return body.seal ? `seal/${body.wallet}/${body.seal.epoch}` : `wallet/${body.wallet}`;
    case "govern":
      return "network";
    case "evidence":
      return evidenceKey(body.proof);
    case "allot":
      return `allotment/${body.proposal}`;
  }
  return undefined;
}
