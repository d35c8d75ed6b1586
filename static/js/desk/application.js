/** An application for admission: the organisation's words, and the card of the wallet that is open in this browser. */
import * as keyring from "../../wallet/keyring.js";
import { onSubmit } from "../form.js";
import { postJson } from "../post.js";
import { link } from "../wallet/linking.js";
import * as checks from "./checks.js";
import { ready, said } from "./page.js";
import { unlocked } from "./unlock.js";

const form = document.querySelector("#application");
keyring.watch();
if (form) begin(form);
ready();

/** @param {HTMLFormElement} form */
function begin(form) {
  const fields = form.elements;
  const fault = form.querySelector("#lei-fault");
  fields.lei.addEventListener("change", () => {
    fields.lei.value = fields.lei.value.trim().toUpperCase();
    const name = fields.lei.value && checks.lei(fields.lei.value);
    fault.textContent = name ? said(name) : "";
  });
  onSubmit(form, async () => {
    const roles = [...form.querySelectorAll("[name=role]:checked")].map(({ value }) => value);
    if (!roles.length) throw new Error(said("role-needed"));
    const wallet = await unlocked([]);
    if (!wallet) return;
    await link(form.dataset.links, wallet); // so that the draft to sign is shown to this account
    const { lei, name, needed } = fields;
    await postJson(form.action, { name: name.value.trim(), roles, needed: Number(needed.value), card: wallet.card, ...(lei.value && { lei: lei.value }) });
    form.querySelector("[data-progress]").textContent = said("handed-in");
    location.reload();
  });
}
