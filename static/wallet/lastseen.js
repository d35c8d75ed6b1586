/**
 * The newest final header of each chain that this browser has verified (protocol.md section 11): two thirds of a set of
 * validators that has long retired could sign another past, and a portal could show an old state as today's.
 */

import { blockHash, validatorsRoot } from "./block.js";
import { Rejected } from "./encoding.js";
import * as keystore from "./keystore.js";
import { validatorsAt } from "./light.js";
import { words } from "./words/spoken.js";

/** @typedef {import("./block.js").Header} Header */
/** @typedef {{chain: string, hash: string, height: number, next_validators_root: string, time: number, validators_root: string}} Seen */

/** Signed proof that there are two pasts, or a portal that shows one of them: nothing of it may be believed. */
export class Fork extends Rejected {
  /** @param {string} detail */
  constructor(detail) {
    super("BAD_BLOCK", "header", detail);
    this.name = "Fork";
  }
}

/** @type {(chain: string) => Promise<Seen | null>} */
export async function lastSeen(chain) {
  return (await keystore.one("headers", chain)) ?? null;
}

/**
 * Keeps a verified header if it is newer than the one that was kept; Fork if it is another one of the same height.
 * @param {Header} header
 */
export async function see(header) {
  const { chain, height, next_validators_root, time, validators_root } = header;
  const shown = { chain, hash: await blockHash(header), height, next_validators_root, time, validators_root };
  const before = await keystore.renew("headers", chain, (kept) => (kept && kept.height >= height ? null : shown));
  if (before?.height === height && before.hash !== shown.hash)
    throw new Fork(words().warnings.fork(height, before.hash, shown.hash));
}

/**
 * Fork if these are not the validators who were to vote at the newest height that was seen, and at the next.
 * @type {(known: import("./light.js").Lineage) => Promise<void>}
 */
export async function checkLineage(known) {
  const seen = await lastSeen(known.chain);
  if (!seen) return;
  const roots = [seen.height, seen.height + 1].map((height) => validatorsRoot(validatorsAt(known, height)));
  const [now, next] = await Promise.all(roots);
  if (now !== seen.validators_root || next !== seen.next_validators_root)
    throw new Fork(words().warnings.otherValidators(seen.height));
}
