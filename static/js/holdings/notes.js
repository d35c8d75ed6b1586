/** Sealed notes: fetched as ciphertexts, opened by the wallet in this page, checked against what was committed to. */
import * as keyring from "../../wallet/keyring.js";
import { NodeClient } from "../../wallet/node.js";
import { openNote } from "../../wallet/sealing.js";
import { id } from "../../wallet/transaction.js";
import { opened } from "../../wallet/unlock.js";

const noted = JSON.parse(document.querySelector("#noted").textContent);
const dialog = document.querySelector("#note");
keyring.watch();

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-note]");
  if (!button) return;
  const { sender, transaction } = noted[button.dataset.note];
  const wallet = await opened([transaction.body.note.readers[0].address]);
  if (wallet) await read(button.dataset.note, transaction, sender, wallet);
});

async function read(name, transaction, sender, wallet) {
  const [words, said] = await unsealed(name, transaction, sender, wallet);
  dialog.querySelector("[data-words]").textContent = words;
  for (const line of dialog.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== said;
  dialog.showModal();
}

/** The words, and which sentence of the dialog is true of them. */
async function unsealed(name, transaction, sender, wallet) {
  const notes = await new NodeClient(wallet).notes(name);
  if (!notes.length) return ["", "gone"];
  const { body, chain, inputs, outputs } = transaction;
  try {
    if ((await id(transaction)) !== name) return ["", "bad"];
    return [await openNote(body.note, notes[0], 0, wallet.seal, { chain, inputs, outputs, sender }), "read"];
  } catch {
    return ["", "bad"];
  }
}
