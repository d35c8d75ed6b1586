/** The page of a request: its documents opened here, and an approver's yes or no, or the proposer's way back. */
import { Prover } from "../../wallet/facts.js";
import * as keyring from "../../wallet/keyring.js";
import { NodeClient } from "../../wallet/node.js";
import { sameValue } from "../../wallet/encoding.js";
import { approve, refuse, retract } from "../../wallet/transaction.js";
import { attempt, onSubmit } from "../form.js";
import { draftAndSign, frame } from "./asking.js";
import { data, ready, said } from "./page.js";
import { fetched, show } from "./papers.js";
import { unlocked } from "./unlock.js";

const page = document.querySelector("#request");
const request = data("request-data");

keyring.watch();
for (const button of page.querySelectorAll("[data-document]")) {
  button.addEventListener("click", () => attempt(button.parentElement, button, () => open(button)));
}
for (const form of page.querySelectorAll("form[data-answer]")) {
  onSubmit(form, ({ value }) => answer(form, value));
}
ready();

/** @param {HTMLButtonElement} button */
async function open(button) {
  const wallet = await unlocked(request.people);
  if (!wallet) return;
  const bytes = await fetched({ digest: button.dataset.document, by: request.proposer, purpose: request.purpose }, wallet);
  if (!bytes) throw new Error(said("no-copy"));
  button.dataset.opened = "true";
  show(document.querySelector("#paper"), bytes, button.dataset.title);
}

/** The act is that of the ledger, proven to this wallet; the basis is computed here. */
async function answer(form, what) {
  const wallet = await unlocked(request.people);
  if (!wallet) return;
  const act = await provenAct(wallet);
  const { id: proposal, institution, role } = { ...request, role: form.dataset.answer };
  const body = { act, proposal, role };
  const made = await transactionFor(what, form, body, frame(wallet.chain));
  await draftAndSign(made, { drafts: request.drafts, institution, acts: [act] });
}

async function provenAct(wallet) {
  const proven = await new Prover(new NodeClient(wallet), wallet).record(`proposal/${request.id}`);
  if (!proven) throw new Error(said("not-proven"));
  if (!sameValue(proven.value.act, request.act)) throw new Error(said("other-act"));
  return proven.value.act;
}

function transactionFor(what, form, body, times) {
  if (what === "retract") return retract(times, { proposal: body.proposal });
  if (what === "approve") return approve(times, body);
  const { code, text } = form.elements;
  if (!text.value.trim()) {
    text.focus();
    throw new Error(said("reason-needed"));
  }
  return refuse(times, { ...body, reason: { code: code.value, text: text.value.trim() } });
}
