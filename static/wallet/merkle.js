/** RFC 6962 Merkle trees: roots, inclusion paths, and their verification, which never throws. */

import { concat, equal, sha256 } from "./encoding.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/**
 * The hash of a leaf's data.
 * @param {Uint8Array} data
 */
export function leafHash(data) {
  return sha256(concat(LEAF, data));
}

/**
 * The hash of an inner node.
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
export function nodeHash(left, right) {
  return sha256(concat(NODE, left, right));
}

/**
 * The root over leaves given as data; of none, SHA-256 of nothing.
 * @param {Uint8Array[]} leaves
 * @returns {Promise<Uint8Array>}
 */
export async function root(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  const levels = await tree(leaves);
  return levels[levels.length - 1][0];
}

/**
 * The inclusion path, lowest sibling first, of every leaf, for a batch that one signature covers.
 * @param {Uint8Array[]} leaves
 * @returns {Promise<Uint8Array[][]>}
 */
export async function paths(leaves) {
  const levels = await tree(leaves);
  return leaves.map((_, index) => pathIn(levels, index));
}

/**
 * The root that this path gives a leaf hash at `index` of `size`; null if it fits no such tree (RFC 9162 § 2.1.3.2).
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} path
 * @returns {Promise<Uint8Array | null>}
 */
export async function rootFromPath(leaf, index, size, path) {
  const counts = Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
  if (!counts || [leaf, ...path].some((item) => item.length !== 32)) return null;
  let at = index;
  let last = size - 1;
  let node = leaf;
  for (const sibling of path) {
    while (last > 0 && at === last && at % 2 === 0) [at, last] = [at / 2, half(last)]; // rose without a sibling
    if (last === 0) return null;
    node = at % 2 ? await nodeHash(sibling, node) : await nodeHash(node, sibling);
    [at, last] = [half(at), half(last)];
  }
  while (last > 0 && at === last && at % 2 === 0) [at, last] = [at / 2, half(last)];
  return last === 0 ? node : null;
}

/**
 * Whether the path puts this leaf hash at `index` of the tree of `size` leaves with this root.
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} path
 * @param {Uint8Array} expected
 */
export async function inclusion(leaf, index, size, path, expected) {
  const found = await rootFromPath(leaf, index, size, path);
  return found !== null && equal(found, expected);
}

/** @type {(leaves: Uint8Array[]) => Promise<Uint8Array[][]>} */
async function tree(leaves) {
  const levels = [await Promise.all(leaves.map(leafHash))];
  while (levels[levels.length - 1].length > 1) levels.push(await parents(levels[levels.length - 1]));
  return levels;
}

/** A last node without a sibling rises as it is. @type {(level: Uint8Array[]) => Promise<Uint8Array[]>} */
function parents(level) {
  const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, at) =>
    level.slice(2 * at, 2 * at + 2),
  );
  return Promise.all(pairs.map(([left, right]) => (right ? nodeHash(left, right) : left)));
}

/** @type {(levels: Uint8Array[][], index: number) => Uint8Array[]} */
function pathIn(levels, index) {
  const path = [];
  let at = index;
  for (const level of levels) {
    const sibling = level[at % 2 ? at - 1 : at + 1];
    if (sibling) path.push(sibling);
    at = half(at);
  }
  return path;
}

/** Not >> 1, which is wrong from 2^31 on; positions of the state grow for ever. @param {number} number */
function half(number) {
  return Math.floor(number / 2);
}
