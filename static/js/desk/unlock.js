/** The wallet that is open in this tab, or opened now by its passphrase; the dialog stands in the page. */
import * as keyring from "../../wallet/keyring.js";
import { short } from "../../wallet/shown.js";

/**
 * One of these people's wallets, open; null if none of them is in this browser, or the person closes the dialog.
 * @param {string[]} people addresses of single cards; empty: any wallet of this browser
 */
export async function unlocked(people) {
  const here = (await keyring.list()).filter(({ address }) => !people.length || people.includes(address));
  const open = await keyring.current();
  if (open && here.some(({ address }) => address === open.address)) return open;
  return asked(here);
}

/** Whether any of these people's wallets is in this browser. @param {string[]} people */
export async function isHere(people) {
  return (await keyring.list()).some(({ address }) => people.includes(address));
}

function asked(here) {
  const dialog = document.querySelector("#unlock");
  const form = dialog.querySelector("form");
  const { passphrase, wallet } = form.elements;
  dialog.dataset.state = here.length ? "some" : "none";
  wallet.replaceChildren(...here.map(({ address }) => new Option(short(address), address)));
  passphrase.value = "";
  return new Promise((done) => {
    let opened = null;
    form.onsubmit = async (event) => {
      event.preventDefault();
      try {
        opened = await keyring.unlock(wallet.value, passphrase.value);
        dialog.close();
      } catch {
        form.querySelector("[data-said]").hidden = false;
        passphrase.select();
      }
    };
    dialog.querySelector("[data-close]").onclick = () => dialog.close();
    dialog.onclose = () => done(opened);
    form.querySelector("[data-said]").hidden = true;
    dialog.showModal();
  });
}
