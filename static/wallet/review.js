/** What you sign, shown and signed: the one dialog of the portal in which a wallet's key is used for a transaction. */

import { make, setOff } from "./dom.js";
import { canonical, fromHex, parseCanonical, toHex } from "./encoding.js";
import { Prover, collect, noFacts, ownAddresses } from "./facts.js";
import { checkTransaction } from "./form.js";
import * as keyring from "./keyring.js";
import { signedMessage, verify } from "./keys.js";
import { Fork } from "./lastseen.js";
import { NodeClient } from "./node.js";
import { checkCiphertexts } from "./sealing.js";
import { describe } from "./sentence.js";
import { utc, words } from "./shown.js";
import { id } from "./transaction.js";
import { unlockFields, unlocked } from "./unlock.js";

/** @typedef {import("./backup.js").Wallet} Wallet */
/** @typedef {import("./shapes.js").Transaction} Transaction */
/** @typedef {import("./facts.js").Facts} Facts */
/**
 * @typedef {{address: string, card: import("./keys.js").SingleCard, signature: string, sentence: string}} Parts
 *   `address` is the card's own; `sentence` is what was shown
 */
/**
 * @typedef {{notes?: string[], facts?: Facts, acts?: import("./shapes.js").Act[], labels?: Record<string, string>,
 *   noteText?: string, institution?: string, signers?: string[]}} Options
 *   `acts`: what a proposal to be approved is said to carry; `institution`: the address that a member's signature is for;
 *   `signers`: addresses of the single cards that may sign; `labels`: the portal's names for addresses
 */

/**
 * Shows what these bytes do, unlocks a wallet if none is open, and signs when its owner says so. For a plain card the
 * parts are a witness; for a member of a multi card, one member's signature. Null if the owner does not sign.
 * @param {Transaction | Uint8Array | string} what the transaction, or its canonical bytes or text
 * @param {Options} [options]
 * @returns {Promise<Parts | null>}
 */
export async function review(what, options = {}) {
  const transaction = exactly(what);
  const dialog = make("dialog", { className: "review", "aria-labelledby": "review-title" });
  document.body.append(dialog);
  const answer = new Promise((done) => dialog.addEventListener("close", () => done(null), { once: true }));
  dialog.showModal();
  try {
    return await Promise.race([answer, ask(dialog, transaction, options)]);
  } finally {
    dialog.close();
    dialog.remove();
  }
}

/**
 * The signed transaction of one plain wallet.
 * @type {(transaction: Transaction, parts: Parts, notes?: string[]) => import("./shapes.js").Signed}
 */
export function signedWith(transaction, { card, signature }, notes) {
  return { ...(notes?.length && { notes }), transaction, witnesses: [{ card, signature }] };
}

/** A copy of our own of what these bytes are, so that nothing shown can change before it is signed. @param {Transaction | Uint8Array | string} what @returns {Transaction} */
function exactly(what) {
  if (typeof what === "string") return parseCanonical(new TextEncoder().encode(what));
  return parseCanonical(what instanceof Uint8Array ? what : canonical(what));
}

/** @type {(dialog: HTMLDialogElement, transaction: Transaction, options: Options) => Promise<Parts | null>} */
async function ask(dialog, transaction, options) {
  const said = words().review;
  dialog.replaceChildren(make("p", { className: "review-wait", textContent: said.checking }), closing(dialog));
  const trouble = await formTrouble(transaction, options.notes);
  if (trouble) return refusal(dialog, trouble);
  for (;;) {
    const candidates = await wallets(options.signers);
    if (!candidates.length) return refusal(dialog, options.signers ? said.notYours : said.noWallet);
    const open = await keyring.current();
    const wallet = open && candidates.some(({ address }) => address === open.address) ? open : null;
    const shown = await sheet(transaction, wallet ?? candidates[0], wallet, options).catch(forked);
    if (typeof shown === "string") return refusal(dialog, shown);
    const decision = await decided(dialog, transaction, shown, candidates, wallet);
    if (decision === "signed" && wallet) return { ...(await sign(transaction, wallet)), sentence: shown.description.sentence };
    if (decision === null) return null;
  }
}

/** The sentence of a fork; any other fault is nothing to be signed with either. @param {Error} error */
function forked(error) {
  if (error instanceof Fork) return error.message;
  throw error;
}

/** What is wrong with the bytes themselves, in a sentence; empty if nothing is. @type {(transaction: Transaction, notes?: string[]) => Promise<string>} */
async function formTrouble(transaction, notes) {
  try {
    await checkTransaction(transaction);
    if (transaction.body.note && notes) await checkCiphertexts(transaction.body.note, notes);
    return "";
  } catch (error) {
    return `${words().warnings.malformed} ${/** @type {Error} */ (error).message}`;
  }
}

/** The wallets on this device that may sign. @param {string[]} [signers] @returns {Promise<keyring.Entry[]>} */
async function wallets(signers) {
  const found = await keyring.list();
  return signers ? found.filter(({ address }) => signers.includes(address)) : found;
}

/** The description, from proven facts. @type {(transaction: Transaction, pinned: keyring.Entry | Wallet, wallet: Wallet | null, options: Options) => Promise<any>} */
async function sheet(transaction, pinned, wallet, { facts, institution, ...given }) {
  const prover = new Prover(new NodeClient(wallet), pinned);
  const own = await ownAddresses(pinned.card, institution ? [institution] : [], prover);
  const isOurs = transaction.chain === pinned.chain;
  const known = facts ?? (isOurs ? await collect(transaction, prover, { ...given, own }) : noFacts());
  const description = describe(transaction, known);
  if (!isOurs) Object.assign(description, { blocked: true, warnings: [words().warnings.otherChain(transaction.chain)] });
  return { description, facts: known, isMember: own.length > 1 };
}

/**
 * Waits for what the person does: "signed", "unlocked", or null.
 * @type {(dialog: HTMLDialogElement, transaction: Transaction, shown: any, candidates: keyring.Entry[], wallet: Wallet | null) => Promise<string | null>}
 */
async function decided(dialog, transaction, { description, facts, isMember }, candidates, wallet) {
  const said = words().review;
  const form = make("form", { className: "review-foot", method: "dialog" });
  dialog.replaceChildren(
    make("h2", { id: "review-title", textContent: description.title }),
    make("p", { className: "review-sentence" }, ...setOff(description.sentence)),
    ...description.warnings.map((/** @type {string} */ each) => make("p", { className: "notice notice-bad", textContent: each })),
    make("h3", { textContent: said.details }),
    rowList([...description.rows, { label: said.id, value: await id(transaction), kind: "code" }]),
    facts.height !== undefined && make("p", { className: "soft", textContent: said.proven(facts.height.toLocaleString("en-GB"), utc(facts.time)) }) || "",
    isMember ? make("p", { className: "soft", textContent: said.member }) : "",
    form,
  );
  if (wallet) form.append(closing(dialog), make("button", { className: "button button-primary", disabled: description.blocked, textContent: said.sign }));
  else form.append(...unlockFields(candidates), closing(dialog), make("button", { className: "button button-primary", textContent: said.unlock }));
  dialog.scrollTop = 0;
  return submitted(dialog, form, wallet);
}

/** @type {(dialog: HTMLDialogElement, form: HTMLFormElement, wallet: Wallet | null) => Promise<string | null>} */
function submitted(dialog, form, wallet) {
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(null), { once: true });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (wallet) return done("signed");
      if (await unlocked(form)) done("unlocked");
    });
  });
}

/** Label and value, line by line; an address always whole. @param {import("./shown.js").Row[]} rows */
export function rowList(rows) {
  const lines = rows.map(({ kind, label, name, value }) => {
    const bare = kind === "address" || kind === "code" ? make("code", { className: "whole", textContent: value }) : value;
    const told = make("dd", { className: kind === "amount" ? "num" : "" }, name ? make("span", { className: "sub", textContent: name }) : "", bare);
    return make("div", {}, make("dt", { textContent: label }), told);
  });
  return make("dl", { className: "facts" }, ...lines);
}

/** @param {HTMLDialogElement} dialog */
function closing(dialog) {
  const button = make("button", { type: "button", className: "button", textContent: words().review.cancel });
  button.addEventListener("click", () => dialog.close());
  return button;
}

/** @type {(dialog: HTMLDialogElement, sentence: string) => Promise<null>} */
function refusal(dialog, sentence) {
  dialog.replaceChildren(
    make("h2", { id: "review-title", textContent: words().titles.unknown }),
    make("p", { textContent: sentence }),
    make("p", {}, make("a", { href: "/wallet/", textContent: words().review.toWallet })),
    make("div", { className: "review-foot" }, closing(dialog)),
  );
  return new Promise((done) => dialog.addEventListener("close", () => done(null), { once: true }));
}

/** @param {Transaction} transaction @param {Wallet} wallet */
async function sign(transaction, { address, card, sign: key }) {
  const message = await signedMessage(fromHex(await id(transaction)));
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
  if (!(await verify(fromHex(card.sign), message, signature))) throw new Error("the key does not fit its card");
  return { address, card, signature: toHex(signature) };
}
