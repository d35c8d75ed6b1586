/** What every move goes through: dry-run before signing, review, submit, follow. */
import { review, signedWith } from "../../wallet/review.js";
import { words } from "../../wallet/shown.js";
import { reasonWords } from "../../wallet/words/reasons.js";
import { cancel } from "../../wallet/payment.js";
import { submit } from "./panel.js";

/** The address book: the portal's word, shown as such. */
export async function labelsAt(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  return response.ok ? (await response.json()).labels : {};
}

/**
 * Asks the node before anybody signs; then shows, signs, submits and follows. Answers with the final standing, null
 * if the owner did not sign; throws an Error that says "refused" if the network would refuse it. `kind`: "move", or
 * "cancel" where it takes the place of one that is pending.
 */
export async function carry({ transaction, notes }, wallet, prover, { kind = "move", labels = {}, noteText } = {}) {
  const [answer] = await prover.node.dryRun([{ ...(notes && { notes }), transaction, witnesses: [] }]);
  if (answer.status === "refused") {
    const detail = reasonWords(answer, words().language === "zh");
    throw Object.assign(new Error(detail), { say: "refused", detail });
  }
  const parts = await review(transaction, { notes, labels, noteText, signers: [wallet.address] });
  if (!parts) return null;
  const signed = signedWith(transaction, parts, notes);
  const again = () => takeBack(transaction.inputs, wallet, prover);
  return submit(signed, prover, { kind, onCancel: again, sentence: parts.sentence });
}

/** Sends what a transfer would consume to oneself: a node that has that transfer pending carries this instead. */
export async function takeBack(inputs, wallet, prover) {
  return carry(await cancel(wallet, prover, inputs), wallet, prover, { kind: "cancel" });
}
