/** Runs in the browser's page: what a wallet makes of a proof, knowing what this browser has seen before. */

import { Prover, collect } from "/static/wallet/facts.js";
import { lastSeen } from "/static/wallet/lastseen.js";
import { describe } from "/static/wallet/sentence.js";

const ISIN = "DE0007236101";

/** Name and warnings of a transfer of that instrument, by a node that answers with this genesis and this proof. */
export async function told(genesis, fingerprint, proof) {
  const node = {
    genesis: async () => genesis,
    handovers: async () => [],
    participants: async () => [],
    proofOfRecord: async () => proof,
  };
  const chain = `${genesis.label}-${fingerprint.slice(0, 16)}`;
  const transaction = {
    body: {}, chain, expires: proof.header.time + 600, from: proof.header.time, inputs: [`${"6f".repeat(32)}:0`], kind: "transfer",
    outputs: [{ asset: `${ISIN}.1`, owner: `tally1${"q".repeat(58)}`, quantity: 5 }],
  };
  const said = { fork: "", kept: 0, name: null, warnings: [] };
  try {
    const facts = await collect(transaction, new Prover(node, { chain, genesis: fingerprint }));
    said.name = facts.instruments[ISIN]?.name ?? null;
    said.warnings = describe(transaction, facts, proof.header.time).warnings;
  } catch (error) {
    said.fork = `${error.name}: ${error.message}`;
  }
  said.kept = (await lastSeen(chain))?.height ?? 0;
  return said;
}
