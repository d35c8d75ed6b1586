/** Which wallets this account has proved to hold; the portal shows their holdings to it. */
import { chainId, genesisDigest } from "../../wallet/block.js";
import { NodeClient, possession } from "../../wallet/node.js";
import { postJson } from "../post.js";

/** What this account has linked, and its organisation. @param {string} url */
export async function links(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  return response.ok ? response.json() : { wallets: [], organisation: { name: "", address: null } };
}

/** Shows this account the wallet's holdings from now on, by a proof that it is held here. */
export async function link(url, wallet) {
  return postJson(url, await possession(wallet));
}

/** The network of this portal's node: what a new wallet pins, and what a restored one must be of. */
export async function network() {
  const genesis = await new NodeClient().genesis();
  return { chain: await chainId(genesis), genesis: await genesisDigest(genesis) };
}
