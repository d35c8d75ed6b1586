/** The claim issuer takes its statement about a wallet back. */
import * as keyring from "../../wallet/keyring.js";
import { revoke } from "../../wallet/transaction.js";
import { opened } from "../../wallet/unlock.js";
import { draftAndSign, frame } from "../desk/asking.js";
import { fault, onSubmit } from "../form.js";

const form = document.querySelector("#revocation");
const { drafts, institution, people, version, wallet } = JSON.parse(document.querySelector("#page-data").textContent);

keyring.watch();

onSubmit(form, async () => {
  const own = await opened(people);
  if (!own) throw fault("no-wallet");
  const reason = form.elements.reason.value.trim();
  const transaction = await revoke(frame(own.chain), { issuer: institution, reason, wallet }, version);
  await draftAndSign(transaction, { drafts, institution });
});
