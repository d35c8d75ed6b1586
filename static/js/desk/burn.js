/** The form of a decrease or a withdrawal: which holdings, where to; their owners sign the same draft. */
import * as acts from "../../wallet/acts.js";
import * as keyring from "../../wallet/keyring.js";
import { quantity } from "../../wallet/shown.js";
import { onSubmit } from "../form.js";
import { askFor } from "./asking.js";
import { data, ready, said } from "./page.js";
import { unlocked } from "./unlock.js";

const OUTPOINT = /^[0-9a-f]{64}:(?:0|[1-9][0-9]{0,3})$/;
const form = document.querySelector("#burn-form");
const given = data("form-data");
const fields = form.elements;

keyring.watch();
if (given.act) prefill(given.act);
form.addEventListener("input", draw);
draw();
onSubmit(form, async () => {
  if (document.activeElement === fields.owner) form.querySelector("[data-look]").click();
  else await ask();
});
ready();

function isWhole() {
  return fields.extent?.value === "whole";
}

/** The quantities of what is ticked, by outpoint: a wallet that was looked up twice counts once. */
function ticked() {
  const boxes = [...form.querySelectorAll("[name=own]:checked, [name=other]:checked")];
  return new Map(boxes.map((box) => [box.value, BigInt(box.dataset.quantity)]));
}

function draw() {
  form.querySelector("[data-part]").hidden = isWhole();
  const sum = [...ticked().values()].reduce((total, each) => total + each, 0n);
  form.querySelector("[data-total]").textContent = sum ? said("ticked-total", { units: quantity(sum, given.instrument.decimals) }) : "";
}

function prefill(act) {
  const wanted = new Set(act.outputs ?? []);
  for (const box of form.querySelectorAll("[name=own]")) if (wanted.delete(box.value)) box.checked = true;
  fields.others.value = [...wanted].join("\n");
  form.querySelector("[data-by-number]").open = wanted.size > 0;
  if (fields.destination) fields.destination.value = act.destination;
  if (fields.extent && !act.outputs) fields.extent.value = "whole";
}

/** Every chosen outpoint once. */
function outputs() {
  const others = fields.others.value.split(/\s+/).filter(Boolean);
  if (!others.every((each) => OUTPOINT.test(each))) throw new Error(said("outputs-form"));
  const all = [...new Set([...ticked().keys(), ...others])];
  if (!all.length) throw new Error(said("no-outputs"));
  return all;
}

async function ask() {
  const { isin, version } = given.instrument;
  const destination = fields.destination?.value.trim();
  if (given.kind === "withdraw" && !destination) throw new Error(said("destination-needed"));
  const chosen = isWhole() ? {} : { outputs: outputs() };
  const act = await acts[given.kind]({ isin, version, ...chosen, ...(destination && { destination }) });
  const wallet = await unlocked(given.people);
  if (!wallet) return;
  await askFor(act, form, given, wallet);
}
