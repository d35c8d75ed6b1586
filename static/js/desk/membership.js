/** The CSD's requests: to admit a candidate, who signs the same draft, or to suspend a participant. */
import * as acts from "../../wallet/acts.js";
import { toHex } from "../../wallet/encoding.js";
import * as keyring from "../../wallet/keyring.js";
import { propose } from "../../wallet/transaction.js";
import { onSubmit } from "../form.js";
import { draftAndSign, frame } from "./asking.js";
import { data, ready, said } from "./page.js";
import { unlocked } from "./unlock.js";

const DAYS = 14;
const form = document.querySelector("#membership");
const given = data("page-data");

keyring.watch();
onSubmit(form, ask);
ready();

async function ask() {
  const act = form.dataset.act === "admit" ? await admission() : await suspension();
  const wallet = await unlocked(given.people);
  if (!wallet) return;
  const deadline = Math.floor(Date.now() / 1000) + DAYS * 86_400;
  const transaction = await propose(frame(wallet.chain), { act, deadline, proposer: given.institution });
  await draftAndSign(transaction, { drafts: given.drafts, institution: given.institution });
}

/** A newcomer's holder number is drawn at random and says nothing about anybody; whoever comes back has his. */
function admission() {
  return acts.admit({ holder: toHex(crypto.getRandomValues(new Uint8Array(16))), ...given.act });
}

function suspension() {
  const reason = form.elements.reason.value.trim();
  if (!reason) throw new Error(said("reason-needed"));
  return acts.suspend({ address: given.address, reason });
}
