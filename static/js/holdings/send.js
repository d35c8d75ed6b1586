/** Sending: the form's words become a transfer in this page; decimals are the proven ones, never the portal's. */
import { NotEnough } from "../../wallet/coins.js";
import { Prover } from "../../wallet/facts.js";
import * as keyring from "../../wallet/keyring.js";
import { Fork } from "../../wallet/lastseen.js";
import { NodeClient } from "../../wallet/node.js";
import { addressIn, pay } from "../../wallet/payment.js";
import { minorUnits, quantity as written } from "../../wallet/shown.js";
import { opened } from "../../wallet/unlock.js";
import { fault, onSubmit } from "../wallet/form.js";
import { carry, labelsAt } from "./moves.js";

const form = document.querySelector("#send");

if (form) {
  keyring.watch();
  onSubmit(form, async () => {
    const { holding, note, quantity, to } = form.elements;
    const receiver = read(to.value);
    const wallet = await opened([holding.selectedOptions[0].dataset.owner]);
    if (!wallet) throw fault("no-wallet");
    if (receiver === wallet.address) throw fault("oneself");
    const prover = new Prover(new NodeClient(wallet), wallet);
    const words = note.value.trim();
    const wanted = await asked(prover, holding.value, quantity.value);
    const built = await pay(wallet, prover, { ...wanted, to: receiver, words }).catch((error) => {
      throw trouble(error, wanted.decimals);
    });
    const labels = await labelsAt(form.dataset.labels);
    const standing = await carry(built, wallet, prover, { labels, ...(words && { noteText: words }) });
    if (standing?.status === "committed") form.reset();
  });
}

function read(pasted) {
  try {
    return addressIn(pasted);
  } catch {
    throw fault("address");
  }
}

/** The asset and the minor units that were typed, by the instrument's proven record. */
async function asked(prover, isin, typed) {
  const proven = await prover.record(`instrument/${isin}`).catch((error) => {
    if (error instanceof Fork) throw fault("lied", error.message);
  });
  if (!proven) throw fault("unproven");
  const { decimals, edition } = proven.value;
  const quantity = minorUnits(typed, decimals);
  if (quantity === null) throw fault("quantity");
  return { asset: `${isin}.${edition}`, decimals, quantity };
}

function trouble(error, decimals) {
  if (error instanceof NotEnough) return error.inPieces ? fault("too-many") : fault("not-enough", written(error.free, decimals));
  if (error.reason === "BAD_NOTE") return fault("note-key");
  return error.reason ? fault("lied", error.message) : error;
}
