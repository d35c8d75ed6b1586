/** The claim issuer drafts the claim that was asked for, and signs it first. */
import { canonical, toHex } from "../../wallet/encoding.js";
import * as keyring from "../../wallet/keyring.js";
import { attest } from "../../wallet/transaction.js";
import { opened } from "../../wallet/unlock.js";
import { frame, signDraft } from "../desk/asking.js";
import { postJson } from "../post.js";
import { fault, onSubmit } from "../form.js";

const form = document.querySelector("#answer");
const { card, drafted, drafts, holder, institution, people, version, wallet } = JSON.parse(document.querySelector("#page-data").textContent);

keyring.watch();
if (!holder) form.elements.holder.value = toHex(crypto.getRandomValues(new Uint8Array(16)));

onSubmit(form, async () => {
  const own = await opened(people);
  if (!own) throw fault("no-wallet");
  const { country, holder: number, investor_class: of, until } = form.elements;
  const claim = { card, class: of.value, country: country.value, holder: number.value, issuer: institution, wallet };
  const body = { ...claim, until: Date.parse(`${until.value}T00:00:00Z`) / 1000 };
  const text = new TextDecoder().decode(canonical(await attest(frame(own.chain), body, version)));
  const draft = await postJson(drafts, { transaction: text });
  await postJson(drafted, { draft: draft.id });
  await signDraft(draft, { institution });
  location.assign(draft.url);
});
