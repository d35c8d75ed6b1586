/** From pending to final: asks the node until a transaction is settled, and believes "committed" only by signatures. */

import { transactionsRoot } from "./block.js";
import { Rejected } from "./encoding.js";
import { id, wholeDigest } from "./transaction.js";

/** @typedef {import("./shapes.js").Signed} Signed */
/** @typedef {{id: string, status: "pending" | "committed" | "void" | "refused" | "unknown", height?: number, time?: number,
 *   signatures?: number, validators?: number, reason?: string, detail?: string}} Standing */

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3000;

/**
 * Calls `onChange` with each new standing and answers with the final one. `committed` is said only after the page has
 * verified that the transaction is in a block that more than two thirds of that height's validators signed; Rejected
 * if the node claims so and cannot show it.
 * @param {Signed | string} what the signed transaction; or its id, where others assembled it: then which of the
 *   block's transactions it is, is the node's word
 * @param {import("./facts.js").Prover} prover
 * @param {{onChange?: (standing: Standing) => void, signal?: AbortSignal}} [options]
 * @returns {Promise<Standing>}
 */
export async function follow(what, prover, { onChange = () => {}, signal } = {}) {
  const name = typeof what === "string" ? what : await id(what.transaction);
  let last = "";
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
    const answer = await prover.node.status(name);
    const standing = /** @type {Standing} */ (
      answer.status === "committed" ? await proven(what, name, /** @type {number} */ (answer.height), prover) : answer
    );
    if (standing.status !== last) onChange(standing);
    last = standing.status;
    if (["committed", "void", "refused"].includes(last)) return standing;
    await waited(pause, signal);
  }
}

/**
 * The standing of a transaction that a node says is in this block, once the page has checked it.
 * @type {(what: Signed | string, name: string, height: number, prover: import("./facts.js").Prover) => Promise<Standing>}
 */
export async function proven(what, name, height, prover) {
  const block = await prover.node.block(height);
  await prover.final(block.header, block.certificate);
  const digests = block.transactions.map((/** @type {any} */ each) => each.digest);
  if (block.header.height !== height || block.header.transactions_root !== (await transactionsRoot(digests)))
    throw bad("the node's list of this block's transactions is not what the validators signed");
  const mine = typeof what === "string" ? listed(block, name) : await wholeDigest(what);
  if (!digests.includes(mine)) throw bad("the transaction is not in the block that the node names");
  const set = (await prover.lineage()).sets.filter(({ from }) => from <= height).at(-1);
  return {
    id: name,
    status: "committed",
    height,
    time: block.header.time,
    signatures: block.certificate.precommits.length,
    validators: set?.validators.length ?? 0,
  };
}

/** @type {(block: any, name: string) => string | undefined} */
function listed(block, name) {
  return block.transactions.find((/** @type {any} */ each) => each.id === name)?.digest;
}

/** @type {(milliseconds: number, signal?: AbortSignal) => Promise<void>} */
function waited(milliseconds, signal) {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(signal.reason);
    });
  });
}

/** @param {string} detail */
function bad(detail) {
  return new Rejected("BAD_BLOCK", "block", detail);
}
