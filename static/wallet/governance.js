/** Acts of `govern` (protocol.md section 6): who votes, by which key, who the authorities are, which version is next. */

import { Rejected, canonical, digest, fromHex } from "./encoding.js";
import { verify } from "./keys.js";
import { malformed } from "./schema.js";
import { governAct } from "./shapes.js";

/** @typedef {Record<string, any>} GovernAct */

/** @type {(fields: {height: number, version: number}) => GovernAct} */
export function upgrade(fields) {
  return shaped({ act: "upgrade", ...fields });
}

/**
 * One validator more; its node key has signed possessionMessage.
 * @type {(add: {institution: string, name: string, node_key: string, proof: string}) => GovernAct}
 */
export function addValidator(add) {
  return shaped({ act: "validators", add });
}

/** One validator less. @type {(fields: {name: string}) => GovernAct} */
export function removeValidator({ name }) {
  return shaped({ act: "validators", remove: name });
}

/** Another key for a validator. @type {(fields: {name: string, node_key: string, proof: string}) => GovernAct} */
export function newNodeKey(fields) {
  return shaped({ act: "node_key", ...fields });
}

/** @type {(roles: {central_bank: string, csd: string, regulator: string}) => GovernAct} */
export function setRoles(roles) {
  return shaped({ act: "roles", roles });
}

/**
 * What a node key signs before it may vote under this name.
 * @type {(chain: string, name: string, nodeKey: string) => Promise<Uint8Array>}
 */
export function possessionMessage(chain, name, nodeKey) {
  return digest("tallystick/node/1", canonical({ chain, name, node_key: nodeKey }));
}

/**
 * Refuses an act that no state of the ledger could make right.
 * @type {(act: GovernAct, chain: string) => Promise<void>}
 */
export async function checkGovernAct(act, chain) {
  governAct(act, "body.act");
  if (act.act === "validators" && (act.add === undefined) === (act.remove === undefined))
    malformed("body.act", "either add or remove is needed");
  const given = act.act === "node_key" ? act : act.add;
  if (!given) return;
  const message = await possessionMessage(chain, given.name, given.node_key);
  if (!(await verify(fromHex(given.node_key), message, fromHex(given.proof)))) {
    throw new Rejected("BAD_SIGNATURE", "body.act", "the node key has not signed for this name and chain");
  }
}

/** @type {(act: GovernAct) => GovernAct} */
function shaped(act) {
  governAct(act, "body.act");
  return act;
}
