/** From a transaction to a draft: the portal keeps it for everybody who has to sign, this person signs at once. */
import { canonical } from "../../wallet/encoding.js";
import { review } from "../../wallet/review.js";
import { propose } from "../../wallet/transaction.js";
import { postJson } from "../post.js";
import { isHere } from "./unlock.js";

const MARGIN_SECONDS = 30; // clocks differ a little, and block time may lag
const LIFETIME_SECONDS = 86_000; // nearly a day, which is the longest: several people sign, each when he comes to it

/** For a transaction that is drafted now. @param {string} chain */
export function frame(chain) {
  const now = Math.floor(Date.now() / 1000);
  return { chain, from: now - MARGIN_SECONDS, expires: now - MARGIN_SECONDS + LIFETIME_SECONDS };
}

/**
 * Proposes what a form asks for: to the notary, within the days and with the word to colleagues that it says.
 * @param {import("../../wallet/shapes.js").Act} act
 * @param {HTMLFormElement} form
 * @param {{drafts: string, institution: {address: string}}} given
 * @param {{chain: string}} wallet
 */
export async function askFor(act, form, { drafts, institution }, { chain }) {
  const { comment, days, notary } = form.elements;
  const deadline = Math.floor(Date.now() / 1000) + Number(days.value) * 86_400;
  const transaction = await propose(frame(chain), { act, deadline, notary: notary.value, proposer: institution.address });
  await draftAndSign(transaction, { drafts, institution: institution.address, comment: comment.value.trim() });
}

/**
 * Drafts the transaction; Refused says why the ledger would not take it, before anybody signs. Then lets this person
 * sign it, if a wallet of his is here, and goes to the draft's page.
 * @param {import("../../wallet/shapes.js").Transaction} transaction
 * @param {{drafts: string, institution: string, comment?: string, notes?: string[], acts?: object[],
 *   labels?: Record<string, string>, noteText?: string}} options
 */
export async function draftAndSign(transaction, { drafts, comment = "", notes = [], ...shown }) {
  const text = new TextDecoder().decode(canonical(transaction));
  const draft = await postJson(drafts, { transaction: text, ...(comment && { comment }), ...(notes.length && { notes }) });
  await signDraft(draft, shown);
  location.assign(draft.url);
}

/**
 * Shows the draft's bytes, as this browser reads them, and signs if the person says so.
 * @param {any} draft as the portal answers it
 * @param {{institution: string, acts?: object[], labels?: Record<string, string>, noteText?: string}} shown
 * @returns {Promise<boolean>} whether it was signed
 */
export async function signDraft(draft, shown) {
  const people = lacking(draft);
  if (!draft.may_sign || !(await isHere(people))) return false;
  const notes = draft.notes.length ? draft.notes : undefined;
  const parts = await review(draft.transaction, { ...shown, notes, signers: people });
  if (!parts) return false;
  await postJson(draft.signatures_url, { card: parts.card, signature: parts.signature });
  return true;
}

/** Whose signatures may be added: people of the wallets that are not complete. @param {any} draft @returns {string[]} */
export function lacking({ signatories }) {
  const open = signatories.filter(({ given, needed }) => given.length < needed);
  return open.flatMap(({ given, people }) => people.filter((person) => !given.includes(person)));
}
