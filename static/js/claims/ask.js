/** Asking a claim issuer to attest the wallet that is open here, with the proof that it is held here. */
import * as keyring from "../../wallet/keyring.js";
import { possession } from "../../wallet/node.js";
import { opened } from "../../wallet/unlock.js";
import { postJson } from "../post.js";
import { fault, onSubmit } from "../form.js";

const form = document.querySelector("#ask");

if (form) {
  keyring.watch();
  onSubmit(form, async () => {
    const wallet = await opened();
    if (!wallet) throw fault("no-wallet");
    const { country, investor_class: of, issuer } = form.elements;
    const asked = { country: country.value.toUpperCase(), investor_class: of.value, issuer: issuer.value };
    const { next } = await postJson(form.dataset.url, { ...(await possession(wallet)), ...asked });
    location.assign(next);
  });
}
