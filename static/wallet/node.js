/** One node's public API, from the page: submit, ask, read; a wallet proves itself once and gets a bearer token. */

import { canonical, concat, digest, toHex, utf8 } from "./encoding.js";
import { signedMessage } from "./keys.js";

/** @typedef {import("./backup.js").Wallet} Wallet */
/** @typedef {import("./shapes.js").Signed} Signed */
/** @typedef {{id: string, status: string, height?: number, reason?: string, field?: string, detail?: string}} Answer */

const PAGE_ROWS = 500;
const PATIENCE_MS = 15_000; // how long a node may take to certify its newest state
const PAUSE_MS = 400;
const TOKENS = "tallystick-tokens"; // in sessionStorage: what a token shows ends with the tab

/** The node's answer was a refusal: its reason, the field it is about, and a sentence with the remedy. */
export class Refused extends Error {
  /** @param {number} status @param {{reason?: string, field?: string, detail?: string}} said */
  constructor(status, { reason = "", field = "", detail = "" }) {
    super(detail || `HTTP ${status}`);
    this.name = "Refused";
    this.status = status;
    this.reason = reason;
    this.field = field;
  }
}

/** Reads as the public, or as the unlocked wallet that it is given: then also what concerns that wallet. */
export class NodeClient {
  /** @param {Wallet | null} [wallet] */
  constructor(wallet = null) {
    this.wallet = wallet;
  }

  /** One answer each, in order; a refusal is an answer here. @type {(signed: Signed[]) => Promise<Answer[]>} */
  async submit(signed) {
    return (await this.#post("transactions", bulk(signed), false)).answers;
  }

  /**
   * What the node would answer; nothing is stored. Without witnesses: only for a wallet that would have to sign.
   * @type {(signed: Signed[]) => Promise<Answer[]>}
   */
  async dryRun(signed) {
    return (await this.#post("transactions/dry-run", bulk(signed), true)).answers;
  }

  /** Where a transaction stands on this node; `unknown` if the node never had it. @type {(id: string) => Promise<Answer>} */
  async status(id) {
    const found = await this.#orNull(`transactions/${id}`);
    return found ? { ...found, id } : { id, status: "unknown" };
  }

  /** Chain, validators, roles, height. @returns {Promise<any>} */
  network() {
    return this.#get("network");
  }

  /** The document that the network started from: compare its digest. @returns {Promise<any>} */
  genesis() {
    return this.#get("genesis");
  }

  /** @returns {Promise<import("./light.js").Handover[]>} */
  handovers() {
    return this.#get("handovers");
  }

  /** A block with header, certificate and its transactions' digests. @type {(height: number) => Promise<any>} */
  block(height) {
    return this.#get(`blocks/${height}`);
  }

  /** A record as {key, version, value, height}, what this caller may see of it; null if there is none. @type {(key: string) => Promise<any>} */
  record(key) {
    return this.#orNull(`records/${key.split("/").map(encodeURIComponent).join("/")}`);
  }

  /** A record with its proof; null if there is none. Believe it only by `facts.js`. @type {(key: string) => Promise<any>} */
  proofOfRecord(key) {
    return this.#orNull(`proofs?${new URLSearchParams({ key })}`);
  }

  /** A live output with its proof, for its owner; null if there is none. @type {(outpoint: string) => Promise<any>} */
  proofOfOutput(outpoint) {
    return this.#orNull(`proofs?${new URLSearchParams({ output: outpoint })}`);
  }

  /** Every live output of an address, oldest first. @type {(address: string) => Promise<any[]>} */
  outputs(address) {
    return this.#pages(`wallets/${address}/outputs`, "position");
  }

  /** Whoever was admitted, with roles. @returns {Promise<any[]>} */
  async participants() {
    const found = await this.#pages("participants", "key");
    return found.map((each) => ({ ...each, address: each.key.split("/")[1] }));
  }

  /** The ciphertexts beside a committed transaction, in the readers' order. @type {(id: string) => Promise<string[]>} */
  async notes(id) {
    return (await this.#get(`transactions/${id}/notes`)).notes;
  }

  /** Hands in a sealed document. @type {(copy: {ciphertext: string, sealed: any}) => Promise<{id: string}>} */
  lodgeDocument(copy) {
    return this.#post("documents", JSON.stringify(copy), true);
  }

  /** The newest sealed copy of a document that `by` handed in, for its readers; null if there is none here. @type {(digest: string, asked: {by: string, purpose?: string}) => Promise<any>} */
  document(digest, asked) {
    return this.#orNull(`documents/${digest}?${new URLSearchParams(asked)}`);
  }

  /** Lodges a long list of first holders of an issuer. @type {(rows: import("./shapes.js").Output[], issuer: string) => Promise<{root: string, chunks: number, rows: number, total: number}>} */
  lodgeList(rows, issuer) {
    return this.#post(`lists?${new URLSearchParams({ for: issuer })}`, canonical({ rows }), true);
  }

  /** Why something may be refused: by reason, a sentence. @returns {Promise<Record<string, string>>} */
  async reasons() {
    /** @type {{reason: string, sentence: string}[]} */
    const rows = await this.#get("reasons");
    return Object.fromEntries(rows.map(({ reason, sentence }) => [reason, sentence]));
  }

  /** @type {(path: string, key: string) => Promise<any[]>} */
  async #pages(path, key) {
    const rows = [];
    for (let page = null; page === null || page.length === PAGE_ROWS; rows.push(...page)) {
      const last = rows.at(-1)?.[key];
      const after = typeof last === "string" ? last.split("/").at(-1) : last;
      page = await this.#get(`${path}?${new URLSearchParams({ limit: String(PAGE_ROWS), ...(rows.length && { after }) })}`);
    }
    return rows;
  }

  /** @param {string} path */
  async #orNull(path) {
    try {
      return await this.#get(path);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  /** @param {string} path */
  async #get(path) {
    return ask(path, { headers: await this.#headers() });
  }

  /** @type {(path: string, body: Uint8Array | string, authorised: boolean) => Promise<any>} */
  async #post(path, body, authorised) {
    const headers = { "Content-Type": "application/json", ...(authorised && (await this.#headers())) };
    return ask(path, { method: "POST", headers, body });
  }

  async #headers() {
    return this.wallet ? { Authorization: `Bearer ${await token(this.wallet)}` } : {};
  }
}

/**
 * Proof that this tab holds the wallet, for its chain and this minute only: the body of POST tokens.
 * @param {Wallet} wallet
 * @param {number} [at] UTC seconds
 */
export async function possession({ address, card, chain, sign }, at = Math.floor(Date.now() / 1000)) {
  const message = await signedMessage(await digest("tallystick/token/1", canonical({ address, chain, time: at })));
  const signature = toHex(new Uint8Array(await crypto.subtle.sign("Ed25519", sign, message)));
  return { address, card, signature, time: at };
}

/** @param {Wallet} wallet */
async function token(wallet) {
  const kept = JSON.parse(sessionStorage.getItem(TOKENS) ?? "{}");
  const known = kept[wallet.address];
  if (known && known.expires > Date.now() / 1000 + 60) return known.token;
  const body = JSON.stringify(await possession(wallet));
  const granted = await ask("tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  sessionStorage.setItem(TOKENS, JSON.stringify({ ...kept, [wallet.address]: granted }));
  return granted.token;
}

/** Each keeps its own canonical bytes inside the list. @param {Signed[]} signed */
function bulk(signed) {
  const items = signed.flatMap((each, at) => (at ? [utf8(","), canonical(each)] : [canonical(each)]));
  return concat(utf8('{"transactions":['), ...items, utf8("]}"));
}

/** A node whose newest state is being certified is asked again in a moment. @type {(path: string, options: RequestInit) => Promise<any>} */
async function ask(path, options) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(`/api/${path}`, { ...options, credentials: "omit", cache: "no-store" });
    const said = await response.json().catch(() => ({}));
    if (response.ok) return said;
    if (said.reason !== "NOT_READY" || Date.now() > deadline) {
      if (response.status === 401) sessionStorage.removeItem(TOKENS);
      throw new Refused(response.status, said);
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}
