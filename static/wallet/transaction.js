/** Transactions (protocol.md sections 3 and 6): one builder per kind, ids, and the checks that need no ledger. */

import { basisOf } from "./acts.js";
import { Rejected, canonical, digestOf, fromHex, parseCanonical, toHex } from "./encoding.js";
import { evidenceKey } from "./evidence.js";
import { LONGEST_LIFETIME, RULE_BUILT, checkTransaction } from "./form.js";
import { upgrade } from "./governance.js";
import { address, byAddress, increasing, makeWitness, verifyWitness } from "./keys.js";
import * as merkle from "./merkle.js";
import { checkCiphertexts } from "./sealing.js";
import { checkSigned } from "./shapes.js";

/** @typedef {import("./keys.js").Card} Card */
/** @typedef {import("./keys.js").Signer} Signer */
/** @typedef {import("./shapes.js").Act} Act */
/** @typedef {import("./shapes.js").Output} Output */
/** @typedef {import("./shapes.js").Transaction} Transaction */
/** @typedef {import("./shapes.js").Signed} Signed */
/** @typedef {{chain: string, from: number, expires: number}} Frame the network, and the block times between which it is valid */
/** @typedef {{chain?: string, committed?: boolean}} Options the only network to accept; whether notes may have been erased */

export const LIFETIME_SECONDS = 600;
export const SIGNED_BYTES_MAX = 256_000; // of {transaction, witnesses}; notes are beside it

/**
 * @type {(frame: Frame, parts: {inputs: string[], outputs: Output[], note?: import("./sealing.js").Note}) => Promise<Transaction>}
 */
export function transfer(frame, { inputs, outputs, note }) {
  return build(frame, "transfer", note === undefined ? {} : { note }, inputs, outputs);
}

/**
 * @type {(frame: Frame, body: {act: Act, deadline: number, notary?: string, proposer: string}) => Promise<Transaction>}
 */
export function propose(frame, body) {
  return build(frame, "propose", body);
}

/** @type {(frame: Frame, body: {act: Act, proposal: string, role: string}) => Promise<Transaction>} */
export async function approve(frame, { act, proposal, role }) {
  return build(frame, "approve", { basis: await basisOf(act), proposal, role }, [
    `approval/${proposal}/${role}@0`,
  ]);
}

/**
 * @type {(frame: Frame, body: {act: Act, proposal: string, role: string, reason: {code: string, text: string}}) => Promise<Transaction>}
 */
export async function refuse(frame, { act, proposal, role, reason }) {
  return build(frame, "refuse", { basis: await basisOf(act), proposal, reason, role }, [
    `approval/${proposal}/${role}@0`,
  ]);
}

/** @type {(frame: Frame, body: {proposal: string}) => Promise<Transaction>} */
export function retract(frame, { proposal }) {
  return build(frame, "retract", { proposal }, [`proposal/${proposal}@1`]);
}

/**
 * @type {(frame: Frame, body: {card: Card, class: string, country: string, holder: string, issuer: string, until: number, wallet: string}, version?: number) => Promise<Transaction>}
 */
export function attest(frame, body, version = 0) {
  return build(frame, "attest", { ...body, topic: "identity" }, [
    `claim/${body.issuer}/${body.wallet}/identity@${version}`,
  ]);
}

/**
 * @type {(frame: Frame, body: {issuer: string, reason: string, wallet: string}, version: number) => Promise<Transaction>}
 */
export function revoke(frame, body, version) {
  return build(frame, "revoke", { ...body, topic: "identity" }, [
    `claim/${body.issuer}/${body.wallet}/identity@${version}`,
  ]);
}

/** @type {(frame: Frame, body: {card: Card, wallet: string}, version: number) => Promise<Transaction>} */
export function rotateCard(frame, { card, wallet }, version) {
  return build(frame, "rotate", { card, wallet }, [`wallet/${wallet}@${version}`]);
}

/**
 * @type {(frame: Frame, body: {seal: {epoch: string, from: number, key: string, until: number}, wallet: string}) => Promise<Transaction>}
 */
export function rotateSeal(frame, { seal, wallet }) {
  return build(frame, "rotate", { seal, wallet }, [`seal/${wallet}/${seal.epoch}@0`]);
}

/**
 * @type {(frame: Frame, body: {height: number, version: number, signers: string[]}, networkVersion: number) => Promise<Transaction>}
 */
export function governUpgrade(frame, { height, version, signers }, networkVersion) {
  return govern(frame, { act: upgrade({ height, version }), signers }, networkVersion);
}

/**
 * A change of the network, by one of the builders of governance.js.
 * @type {(frame: Frame, body: {act: import("./governance.js").GovernAct, signers: string[]}, networkVersion: number) => Promise<Transaction>}
 */
export function govern(frame, { act, signers }, networkVersion) {
  return build(frame, "govern", { act, signers: [...signers].sort() }, [`network@${networkVersion}`]);
}

/**
 * What a proposer puts into its block about a validator that signed two things.
 * @type {(network: {chain: string}, body: {proof: import("./evidence.js").Evidence}) => Promise<Transaction>}
 */
export function evidence({ chain }, { proof }) {
  const frame = { chain, from: 0, expires: LONGEST_LIFETIME };
  return build(frame, "evidence", { proof }, [`${evidenceKey(proof)}@0`]);
}

/**
 * The next chunk of a long list, as every validator derives it.
 * @type {(network: {chain: string}, parts: {path: string[], proposal: string, outputs: Output[]}, version: number) => Promise<Transaction>}
 */
export function allot({ chain }, { path, proposal, outputs }, version) {
  const frame = { chain, from: 0, expires: LONGEST_LIFETIME };
  return build(frame, "allot", { path, proposal }, [`allotment/${proposal}@${version}`], outputs);
}

/** The name of a transaction, in hex. @type {(transaction: Transaction) => Promise<string>} */
export function id(transaction) {
  return digestOf("tallystick/transaction/1", transaction);
}

/** The digest that covers the witnesses too, in hex. @type {(signed: Signed) => Promise<string>} */
export function wholeDigest({ transaction, witnesses }) {
  return digestOf("tallystick/signed/1", { transaction, witnesses });
}

/**
 * With the witness of every signer; one wallet may be named twice and signs once.
 * @type {(transaction: Transaction, signers: Signer[], notes?: string[]) => Promise<Signed>}
 */
export async function signTransaction(transaction, signers, notes) {
  const bytes = fromHex(await id(transaction));
  const witnesses = await Promise.all((await each(signers)).map((signer) => makeWitness(signer, bytes)));
  return assemble(transaction, witnesses, notes);
}

/**
 * Many transactions under one signature of `by`; other signers of a task sign that one alone.
 * @type {(tasks: {transaction: Transaction, signers?: Signer[], notes?: string[]}[], by: Signer) => Promise<Signed[]>}
 */
export async function signBatch(tasks, by) {
  const ids = await Promise.all(tasks.map(async ({ transaction }) => fromHex(await id(transaction))));
  const paths = (await merkle.paths(ids)).map((hashes, index) => ({
    hashes: hashes.map(toHex),
    index,
    size: ids.length,
  }));
  const shared = await makeWitness(by, ids[0], paths[0]); // every path gives the same root, so the same message
  const whole = tasks.map(async ({ transaction, signers = [], notes }, at) => {
    const others = await Promise.all((await each(signers)).map((signer) => makeWitness(signer, ids[at])));
    return assemble(transaction, [{ ...shared, path: paths[at] }, ...others], notes);
  });
  return Promise.all(whole);
}

/**
 * The transaction that these bytes are, everything checked that needs no ledger.
 * @type {(bytes: Uint8Array, options?: Options) => Promise<Signed>}
 */
export async function parseSigned(bytes, options) {
  const signed = parseCanonical(bytes);
  await verifySigned(signed, options);
  return signed;
}

/**
 * Refuses what no ledger could accept: size, shape, times, inputs, witnesses and their signatures, notes. Of a
 * committed transaction the notes may have been erased.
 * @type {(signed: Signed, options?: Options) => Promise<void>}
 */
export async function verifySigned(signed, { chain, committed = false } = {}) {
  checkSigned(signed);
  const { transaction, witnesses, notes } = signed;
  const { length } = canonical({ transaction, witnesses });
  if (length > SIGNED_BYTES_MAX)
    throw new Rejected("OVERSIZED", "", `${length} bytes; the limit is ${SIGNED_BYTES_MAX}`);
  if (chain !== undefined && transaction.chain !== chain) {
    throw new Rejected("WRONG_CHAIN", "chain", `it was signed for ${transaction.chain}; this is ${chain}`);
  }
  await checkTransaction(transaction);
  if ((witnesses.length === 0) !== RULE_BUILT.includes(transaction.kind)) {
    throw new Rejected("WRONG_WITNESSES", "witnesses", "exactly the rule-built kinds have no witness");
  }
  if (!increasing(await Promise.all(witnesses.map(({ card }) => address(card))))) {
    throw new Rejected("BAD_WITNESS", "witnesses", "not in the order of their addresses, or a card twice");
  }
  const { note } = transaction.body;
  if (!note && notes) throw new Rejected("BAD_NOTE", "notes", "ciphertexts without a note");
  if (note && (notes || !committed)) await checkCiphertexts(note, notes ?? []);
  const bytes = fromHex(await id(transaction));
  for (const witness of witnesses) await verifyWitness(witness, bytes);
}

/**
 * @type {(frame: Frame, kind: string, body: any, inputs?: string[], outputs?: Output[]) => Promise<Transaction>}
 */
async function build({ chain, from, expires }, kind, body, inputs = [], outputs = []) {
  const parts = { body, chain, expires, from, inputs: [...inputs].sort(), kind, outputs };
  const transaction = parseCanonical(canonical(parts)); // a copy that nobody else holds; BigInt becomes number
  await checkTransaction(transaction);
  return transaction;
}

/**
 * @type {(transaction: Transaction, witnesses: import("./keys.js").Witness[], notes?: string[]) => Promise<Signed>}
 */
async function assemble(transaction, witnesses, notes) {
  const sorted = await byAddress(witnesses, ({ card }) => card);
  return { ...(notes?.length && { notes }), transaction, witnesses: sorted };
}

/** Signers by card, each once. @type {(signers: Signer[]) => Promise<Signer[]>} */
async function each(signers) {
  const byCard = new Map();
  for (const signer of signers) byCard.set(await address(signer.card), signer);
  return [...byCard.values()];
}
