/** Asking for a passphrase, and for nothing else. */

import { make } from "./dom.js";
import * as keyring from "./keyring.js";
import { words } from "./shown.js";

/** The fields of a form that unlocks one of these wallets. @param {keyring.Entry[]} candidates */
export function unlockFields(candidates) {
  const said = words().review;
  const options = candidates.map(({ address }) => make("option", { value: address, textContent: address }));
  const select = make("select", { name: "wallet" }, ...options);
  const passphrase = { type: "password", name: "passphrase", required: true, autofocus: true, autocomplete: "current-password" };
  return [
    make("label", { className: "field", hidden: candidates.length === 1 }, said.wallet, select),
    make("label", { className: "field" }, said.passphrase, make("input", passphrase)),
    make("p", { className: "field-error", role: "alert" }),
  ];
}

/** Whether what such a form says unlocks the wallet; the form says so if not. @param {HTMLFormElement} form */
export async function unlocked(form) {
  const { passphrase, wallet } = /** @type {any} */ (form.elements);
  try {
    await keyring.unlock(wallet.value, passphrase.value);
    return true;
  } catch {
    form.querySelector("[role=alert]")?.replaceChildren(words().review.wrongPassphrase);
    passphrase.select();
    return false;
  }
}

/**
 * The wallet that is open in this tab, or one that its owner unlocks now; null if there is none, or he does not.
 * @param {string[]} [addresses] only these
 * @returns {Promise<import("./backup.js").Wallet | null>}
 */
export async function opened(addresses) {
  const isMeant = (/** @type {{address: string}} */ { address }) => !addresses || addresses.includes(address);
  const open = await keyring.current();
  if (open && isMeant(open)) return open;
  const candidates = (await keyring.list()).filter(isMeant);
  return candidates.length ? asked(candidates) : null;
}

/** @param {keyring.Entry[]} candidates @returns {Promise<import("./backup.js").Wallet | null>} */
function asked(candidates) {
  const said = words().review;
  const cancel = make("button", { type: "button", className: "button", textContent: said.notNow });
  const form = make("form", { method: "dialog" }, ...unlockFields(candidates));
  form.append(make("div", { className: "review-foot" }, cancel, make("button", { className: "button button-primary", textContent: said.unlock })));
  const dialog = make("dialog", { className: "review", "aria-labelledby": "unlock-title" }, make("h2", { id: "unlock-title", textContent: said.unlockTitle }), form);
  document.body.append(dialog);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await unlocked(form)) dialog.close();
  });
  return new Promise((done) => {
    dialog.addEventListener("close", async () => {
      dialog.remove();
      const open = await keyring.current();
      done(open && candidates.some(({ address }) => address === open.address) ? open : null);
    });
    dialog.showModal();
  });
}
