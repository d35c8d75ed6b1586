/** A transfer as a wallet builds it: which outputs it spends, the change, the sealed note, and its way back. */

import * as coins from "./coins.js";
import { Rejected } from "./encoding.js";
import { cardOf } from "./facts.js";
import { addressBytes } from "./keys.js";
import { sealNote } from "./sealing.js";
import { LIFETIME_SECONDS, transfer } from "./transaction.js";

/** @typedef {import("./backup.js").Wallet} Wallet */
/** @typedef {import("./shapes.js").Transaction} Transaction */
/** @typedef {import("./facts.js").Prover} Prover */
/** @typedef {{transaction: Transaction, notes?: string[]}} Built */

const CLOCKS_DIFFER_SECONDS = 30; // a validator's clock may be a little behind this one
const ADDRESS = /tally1[02-9ac-hj-np-z]{58}(?![a-z0-9])/;

/** The address in what somebody pasted: bare, or in the text of a QR code; Rejected if there is none. @param {string} pasted */
export function addressIn(pasted) {
  const [found] = ADDRESS.exec(pasted.trim().toLowerCase()) ?? [];
  if (!found) throw new Rejected("MALFORMED", "to", "there is no address in it");
  addressBytes(found, "to");
  return found;
}

/** The network, and ten minutes from now. @param {{chain: string}} wallet @returns {import("./transaction.js").Frame} */
export function frameOf({ chain }) {
  const from = Math.floor(Date.now() / 1000) - CLOCKS_DIFFER_SECONDS;
  return { chain, from, expires: from + LIFETIME_SECONDS };
}

/**
 * A payment of this quantity, with change to oneself, quietly merging crumbs, and with a note if there are words.
 * Throws coins.NotEnough, or Rejected where the outputs or the note's readers cannot be proven.
 * @param {Wallet} wallet
 * @param {Prover} prover
 * @param {{asset: string, quantity: number, to: string, words?: string}} wanted
 * @param {{from?: string, frame?: import("./transaction.js").Frame, taken?: string[]}} [options] `from`: the address whose
 *   holdings these are, for a member of its card; `taken`: outpoints that something else is about to spend
 * @returns {Promise<Built>}
 */
export async function pay(wallet, prover, { asset, quantity, to, words = "" }, { from = wallet.address, frame = frameOf(wallet), taken = [] } = {}) {
  const live = await prover.node.outputs(from);
  const owned = live.filter(({ outpoint, owner }) => owner === from && !taken.includes(outpoint));
  const chosen = coins.select(owned, asset, quantity, Math.floor(Date.now() / 1000));
  await prove(chosen, prover);
  const change = Number(coins.sum(chosen) - BigInt(quantity));
  const back = change ? [{ asset, owner: from, quantity: change }] : [];
  const outputs = [{ asset, owner: to, quantity }, ...back];
  const parts = { inputs: chosen.map(({ outpoint }) => outpoint), outputs };
  return words ? noted(from, prover, frame, parts, words) : { transaction: await transfer(frame, parts) };
}

/**
 * The way back from a transfer that nobody has committed: it consumes the same, and gives it to oneself.
 * @param {Wallet} wallet
 * @param {Prover} prover
 * @param {string[]} inputs
 * @returns {Promise<Built>}
 */
export async function cancel(wallet, prover, inputs) {
  const owned = (await prover.node.outputs(wallet.address)).filter(({ outpoint }) => inputs.includes(outpoint));
  if (owned.length !== inputs.length) throw new Rejected("SPENT", "inputs", "it was committed in the meantime");
  await prove(owned, prover);
  const assets = [...new Set(owned.map(({ asset }) => asset))].sort();
  const outputs = assets.map((asset) => {
    const quantity = Number(coins.sum(owned.filter((each) => each.asset === asset)));
    return { asset, owner: wallet.address, quantity };
  });
  return { transaction: await transfer(frameOf(wallet), { inputs, outputs }) };
}

/**
 * Refuses coins that are not on the ledger exactly as the node showed them: a wrong quantity would make a wrong change.
 * @type {(chosen: coins.Coin[], prover: Prover) => Promise<void>}
 */
async function prove(chosen, prover) {
  for (const { asset, outpoint, owner, quantity } of chosen) {
    const proven = await prover.output(outpoint);
    if (!proven) throw new Rejected("SPENT", "inputs", "one of these holdings was spent in the meantime");
    if (proven.asset !== asset || proven.owner !== owner || proven.quantity !== quantity)
      throw new Rejected("UNKNOWN_INPUT", "inputs", "the node showed a holding otherwise than it is on the ledger");
  }
}

/** @type {(sender: string, prover: Prover, frame: import("./transaction.js").Frame, parts: {inputs: string[], outputs: any[]}, words: string) => Promise<Built>} */
async function noted(sender, prover, frame, { inputs, outputs }, words) {
  const receiver = await readerAt(outputs[0].owner, prover);
  const regulator = await regulatorAt(frame.from, prover);
  const bound = { chain: frame.chain, inputs: [...inputs].sort(), outputs, sender };
  const { note, notes } = await sealNote(words, bound, receiver, regulator);
  return { transaction: await transfer(frame, { inputs, outputs, note }), notes };
}

/** Whom a note is sealed to is never the node's word: only a card that the address itself proves. @type {(address: string, prover: Prover) => Promise<{address: string, key: string}>} */
async function readerAt(address, prover) {
  const card = await cardOf(address, prover);
  if (card?.scheme !== "ed25519+x25519") throw new Rejected("BAD_NOTE", "note", "the receiver's key cannot be proven");
  return { address, key: card.seal };
}

/** @type {(time: number, prover: Prover) => Promise<{address: string, key: string, epoch: string}>} */
async function regulatorAt(time, prover) {
  const address = (await prover.record("network"))?.value.roles.regulator;
  const day = new Date(time * 1000);
  const epoch = `${day.getUTCFullYear()}Q${Math.floor(day.getUTCMonth() / 3) + 1}`;
  const seal = await prover.record(`seal/${address}/${epoch}`);
  if (!seal || seal.value.from > time || seal.value.until <= time)
    throw new Rejected("BAD_NOTE", "note", "the regulator has no key for this quarter");
  return { address, key: seal.value.key, epoch };
}
