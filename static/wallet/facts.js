/**
 * What a transaction is about, proven: names and decimals only by a path to a header that more than two thirds of the
 * validators signed, whose sets follow from the genesis that the wallet pinned when it was made. What is not proven is absent.
 */

import { basisOf } from "./acts.js";
import { genesisDigest } from "./block.js";
import { Rejected } from "./encoding.js";
import { address } from "./keys.js";
import { Fork, checkLineage, lastSeen, see } from "./lastseen.js";
import { lineage, verifyHeader } from "./light.js";
import { verifyStateProof } from "./stateproof.js";

/** @typedef {import("./shapes.js").Act} Act */
/** @typedef {import("./shapes.js").Transaction} Transaction */
/** @typedef {import("./light.js").Lineage} Lineage */
/** @typedef {{chain: string, genesis: string}} Pinned the network that a wallet was made for */
/** @typedef {{name: string, decimals: number, value: any, version: number}} Instrument */
/** @typedef {{name: string, roles: string[], status: string}} Participant */
/**
 * @typedef {{own: string[], instruments: Record<string, Instrument>, participants: Record<string, Participant>,
 *   acts: Record<string, Act>, outputs: Record<string, import("./stateproof.js").OutputEntry>,
 *   labels: Record<string, string>, noteText?: string, height?: number, time?: number,
 *   older?: import("./lastseen.js").Seen}} Facts  `older`: this browser has seen this newer header
 */

const ADDRESS = /^tally1[a-z0-9]{58}$/;

/** Nothing is known. @returns {Facts} */
export function noFacts() {
  return { own: [], instruments: {}, participants: {}, acts: {}, outputs: {}, labels: {} };
}

/** What one node can prove to a wallet that pinned a genesis. */
export class Prover {
  /** @type {Promise<Lineage> | undefined} */
  #known;

  /**
   * @param {import("./node.js").NodeClient} node
   * @param {Pinned} pinned
   */
  constructor(node, pinned) {
    this.node = node;
    this.pinned = pinned;
    /** What this browser had seen before the node showed an older state as its newest. @type {import("./lastseen.js").Seen | null} */
    this.older = null;
  }

  /** The validators of every height; Rejected if this node is of another network. @returns {Promise<Lineage>} */
  lineage() {
    this.#known ??= this.#lineage();
    return this.#known;
  }

  /**
   * A record as the validators signed for it; null if the node shows none. Rejected if the proof does not hold.
   * @type {(key: string) => Promise<{value: any, version: number, height: number, time: number} | null>}
   */
  async record(key) {
    const before = await lastSeen(this.pinned.chain);
    const proof = await this.node.proofOfRecord(key);
    if (!proof) return null;
    if (proof.entry.key !== key) throw new Rejected("MALFORMED", key, "the node proved another record");
    const header = await this.#check(proof, before);
    return { value: proof.entry.value, version: proof.entry.version, height: header.height - 1, time: header.time };
  }

  /** A live output, for its owner. @type {(outpoint: string) => Promise<import("./stateproof.js").OutputEntry | null>} */
  async output(outpoint) {
    const before = await lastSeen(this.pinned.chain);
    const proof = await this.node.proofOfOutput(outpoint);
    if (!proof) return null;
    if (proof.entry.outpoint !== outpoint) throw new Rejected("MALFORMED", outpoint, "the node proved another output");
    await this.#check(proof, before);
    return proof.entry;
  }

  /**
   * Refuses a header that is not final, or another one than this browser has seen at its height; keeps the newest.
   * @type {(header: import("./block.js").Header, certificate: import("./block.js").Certificate) => Promise<void>}
   */
  async final(header, certificate) {
    await verifyHeader(header, certificate, await this.lineage());
    await see(header);
  }

  /** Of the state that the node calls its newest. @param {any} proof @param {import("./lastseen.js").Seen | null} before */
  async #check({ certificate, entry, header, path, position, size }, before) {
    await this.final(header, certificate);
    await verifyStateProof({ entry, path, position, size }, header.state_root);
    if (before && header.height < before.height) this.older = before;
    return header;
  }

  async #lineage() {
    const genesis = await this.node.genesis();
    if ((await genesisDigest(genesis)) !== this.pinned.genesis)
      throw new Rejected("WRONG_CHAIN", "genesis", "this node is of another network than the one this wallet was made for");
    const known = await lineage(genesis, await this.node.handovers());
    await checkLineage(known);
    return known;
  }
}

/**
 * All that can be proven about what this transaction names. It never throws for what cannot be: that stays unknown.
 * Only a Fork throws.
 * @param {Transaction} transaction
 * @param {Prover} prover
 * @param {{own?: string[], acts?: Act[], labels?: Record<string, string>, noteText?: string}} [given] `own`: addresses
 *   that this wallet signs for; `acts`: what a page says the proposal is, believed only by its basis; `labels`: the
 *   portal's word, always shown as such
 * @returns {Promise<Facts>}
 */
export async function collect(transaction, prover, { own = [], acts = [], labels = {}, noteText } = {}) {
  const facts = { ...noFacts(), own, labels, ...(noteText !== undefined && { noteText }) };
  await addActs(facts, transaction, prover, acts);
  const about = [transaction, ...Object.values(facts.acts)];
  const found = await quiet(() => prover.node.participants());
  const admitted = new Set((found ?? []).map((/** @type {any} */ each) => each.address));
  const named = [...addressesIn(about)].filter((each) => admitted.has(each));
  await Promise.all([
    ...named.map((each) => addParticipant(facts, each, prover)),
    ...[...isinsIn(about)].map((isin) => addInstrument(facts, isin, prover)),
  ]);
  const burnt = about.flatMap((/** @type {any} */ each) => [...(each.outputs ?? []), ...(each.body?.act?.outputs ?? [])]);
  await Promise.all(burnt.filter((each) => typeof each === "string").map((each) => addOutput(facts, each, prover)));
  if (prover.older) facts.older = prover.older;
  return facts;
}

/**
 * Those of these addresses that this card signs for: its own, and institutions of whose card it is proven to be a
 * member, by the wallet's record or because the address is derived from that very card.
 * @param {import("./keys.js").SingleCard} card
 * @param {string[]} candidates the portal's word
 * @param {Prover} prover
 */
export async function ownAddresses(card, candidates, prover) {
  const checked = candidates.map(async (each) => {
    const shown = await cardOf(each, prover);
    const members = shown?.scheme === "multi" ? shown.cards : [];
    return members.some((/** @type {any} */ member) => member.sign === card.sign) ? [each] : [];
  });
  return [await address(card), ...(await Promise.all(checked)).flat()];
}

/**
 * The card of a wallet: the one that its address is derived from, if that is still in force; else the one that is
 * proven to this caller; null if the node can show neither.
 * @type {(owner: string, prover: Prover) => Promise<import("./keys.js").Card | null>}
 */
export async function cardOf(owner, prover) {
  const shown = (await quiet(() => prover.node.record(`wallet/${owner}`)))?.value?.card;
  if (shown && (await quiet(() => address(shown))) === owner) return shown;
  const proven = shown && prover.node.wallet && (await quiet(() => prover.record(`wallet/${owner}`)));
  return proven ? proven.value.card : null;
}

/** The act behind an approval, if what anybody shows has the basis that is signed; of a retraction, if it is proven. */
async function addActs(
  /** @type {Facts} */ facts,
  /** @type {Transaction} */ { kind, body },
  /** @type {Prover} */ prover,
  /** @type {Act[]} */ acts,
) {
  if (kind === "retract") {
    const own = await quiet(() => prover.record(`proposal/${body.proposal}`));
    if (own) facts.acts[body.proposal] = own.value.act;
  }
  if (kind !== "approve" && kind !== "refuse") return;
  const record = await quiet(() => prover.node.record(`proposal/${body.proposal}`));
  const shown = record?.value?.act;
  for (const act of [...acts, ...(shown ? [shown] : [])])
    if ((await quiet(() => basisOf(act))) === body.basis) facts.acts[body.basis] = act;
}

/** @type {(facts: Facts, address: string, prover: Prover) => Promise<void>} */
async function addParticipant(facts, address, prover) {
  const proven = await quiet(() => prover.record(`participant/${address}`));
  if (proven) facts.participants[address] = proven.value;
  seen(facts, proven);
}

/** @type {(facts: Facts, isin: string, prover: Prover) => Promise<void>} */
async function addInstrument(facts, isin, prover) {
  const proven = await quiet(() => prover.record(`instrument/${isin}`));
  if (proven) {
    const { value, version } = proven;
    facts.instruments[isin] = { name: value.fisn, decimals: value.decimals, value, version };
  }
  seen(facts, proven);
}

/** @type {(facts: Facts, outpoint: string, prover: Prover) => Promise<void>} */
async function addOutput(facts, outpoint, prover) {
  const proven = await quiet(() => prover.output(outpoint));
  if (proven) facts.outputs[outpoint] = proven;
}

/** The oldest of the proofs is what all of them are known as of. @type {(facts: Facts, proven: {height: number, time: number} | null) => void} */
function seen(facts, proven) {
  if (!proven || (facts.time !== undefined && facts.time <= proven.time)) return;
  facts.height = proven.height;
  facts.time = proven.time;
}

/** Every address anywhere in these values. @param {any} value @returns {Set<string>} */
export function addressesIn(value) {
  return new Set(texts(value).filter((each) => ADDRESS.test(each)));
}

/** Every instrument that outputs and acts name, but for one that is being registered. @param {any[]} about @returns {Set<string>} */
export function isinsIn(about) {
  const assets = about.flatMap((each) => (each.outputs ?? []).map((/** @type {any} */ output) => output.asset));
  const acts = about.flatMap((each) => [each, each.body?.act]).filter((each) => each?.isin && each.act !== "register");
  return new Set([...assets.filter(Boolean).map((each) => each.split(".")[0]), ...acts.map(({ isin }) => isin)]);
}

/** @param {any} value @returns {string[]} */
function texts(value) {
  if (typeof value === "string") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
}

/** What cannot be had is unknown: a node that lies or is silent makes a page poorer, never wrong. */
async function quiet(/** @type {() => Promise<any>} */ work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fork) throw error;
    return null;
  }
}
