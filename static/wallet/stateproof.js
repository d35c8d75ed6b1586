/** Proofs that an entry is in the state that a header commits to (protocol.md section 4). */

import { Rejected, canonical, concat, digest, fromHex, toHex, uint64 } from "./encoding.js";
import * as merkle from "./merkle.js";

/** @typedef {{asset: string, hold?: object, locked_until?: number, outpoint: string, owner: string, quantity: number}} OutputEntry */
/** @typedef {{key: string, value: any, version: number}} RecordEntry */
/** @typedef {{entry: OutputEntry | RecordEntry, path: string[], position: number, size: number}} StateProof */

/**
 * The digest of an entry: its leaf while it is live.
 * @type {(entry: OutputEntry | RecordEntry) => Promise<Uint8Array>}
 */
export function entryDigest(entry) {
  const domain = "outpoint" in entry ? "tallystick/output/1" : "tallystick/record/1";
  return digest(domain, canonical(entry));
}

/** What a header commits to, in hex. @type {(size: number, root: Uint8Array) => Promise<string>} */
export async function stateRoot(size, root) {
  return toHex(await digest("tallystick/state/1", concat(uint64(size), root)));
}

/**
 * Refuses a proof that does not put its entry, live, into the state with this root. The root is a header's
 * `state_root`, so that of the state after the parent of its block; check that header with verifyFinal.
 * @type {(proof: StateProof, expected: string) => Promise<void>}
 */
export async function verifyStateProof({ entry, path, position, size }, expected) {
  const leaf = await merkle.leafHash(await entryDigest(entry));
  const hashes = path.map((hash) => fromHex(hash, "path", 32));
  const root = await merkle.rootFromPath(leaf, position, size, hashes);
  if (root === null || (await stateRoot(size, root)) !== expected) {
    throw new Rejected("MALFORMED", "path", "this does not prove that the entry is in that state");
  }
}
