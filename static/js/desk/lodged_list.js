/** A long list of first holders: cut and rooted here, lodged with the node, and named in the act by what was computed here. */
import { cutList } from "../../wallet/acts.js";
import { NodeClient } from "../../wallet/node.js";
import { said } from "./page.js";

/**
 * What the act says of the list.
 * @param {import("../../wallet/shapes.js").Output[]} outputs
 * @param {string} issuer
 * @param {import("../../wallet/backup.js").Wallet} wallet
 */
export async function lodged(outputs, issuer, wallet) {
  const { list } = await cutList(outputs);
  const answer = await new NodeClient(wallet).lodgeList(outputs, issuer);
  if (answer.root !== list.root || answer.chunks !== list.chunks) throw new Error(said("other-list"));
  return list;
}
