/** Sending: the form's words become a transfer in this page; decimals are the proven ones, never the portal's. */
import { NotEnough } from "../../wallet/coins.js";
import { Prover } from "../../wallet/facts.js";
import * as keyring from "../../wallet/keyring.js";
import { Fork } from "../../wallet/lastseen.js";
import { NodeClient, Refused } from "../../wallet/node.js";
import { addressIn, pay } from "../../wallet/payment.js";
import { minorUnits, quantity as written } from "../../wallet/shown.js";
import { opened } from "../../wallet/unlock.js";
import { faultWords } from "../../wallet/words/reasons.js";
import { draftAndSign, frame } from "../desk/asking.js";
import { fault, onSubmit } from "../form.js";
import { carry, labelsAt } from "./moves.js";

const form = document.querySelector("#send");
/** The institution whose wallet several people sign for, if this person may prepare for one. */
const joint = form && JSON.parse(document.querySelector("#joint").textContent);

if (form) {
  keyring.watch();
  form.elements.holding.addEventListener("change", draw);
  draw();
  onSubmit(form, async () => {
    const { holding, note, quantity, to } = form.elements;
    const { owner } = holding.selectedOptions[0].dataset;
    const isShared = owner === joint?.address;
    const receiver = read(to.value);
    const wallet = await opened(isShared ? joint.people : [owner]);
    if (!wallet) throw fault("no-wallet");
    if (receiver === owner) throw fault("oneself");
    const prover = new Prover(new NodeClient(wallet), wallet);
    const words = note.value.trim();
    const wanted = await asked(prover, holding.value, quantity.value);
    const options = isShared ? { from: owner, frame: frame(wallet.chain), taken: joint.taken } : {};
    const built = await pay(wallet, prover, { ...wanted, to: receiver, words }, options).catch((error) => {
      throw trouble(error, wanted.decimals);
    });
    const shown = { labels: await labelsAt(form.dataset.labels), ...(words && { noteText: words }) };
    if (isShared) return drafted(built, shown);
    const standing = await carry(built, wallet, prover, shown);
    if (standing?.status === "committed") await afresh();
  });
}

/** The form is empty, and says what is free to move now. */
async function afresh() {
  const { holding } = form.elements;
  const { value } = holding;
  form.reset();
  const text = await (await fetch(location.href)).text();
  const options = new DOMParser().parseFromString(text, "text/html").querySelectorAll("#send [name=holding] option");
  if (!options.length) return;
  holding.replaceChildren(...options);
  if ([...options].some((each) => each.value === value)) holding.value = value;
}

/** What belongs to an institution waits for its other people's signatures. */
function draw() {
  const place = form.querySelector("[data-joint]");
  if (place) place.hidden = form.elements.holding.selectedOptions[0].dataset.owner !== joint.address;
}

/** The node is asked first here too, by the portal; then this person signs, the others on the draft's page. */
async function drafted({ transaction, notes }, shown) {
  const { address: institution, drafts } = joint;
  const comment = form.elements.comment.value.trim();
  await draftAndSign(transaction, { drafts, comment, institution, notes, ...shown }).catch((error) => {
    throw error instanceof Refused ? fault("refused", faultWords(error)) : error;
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
