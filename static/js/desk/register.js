/** The form of a registration, or of an increase: judged as it is typed, then sealed documents, then what is signed. */
import * as acts from "../../wallet/acts.js";
import * as keyring from "../../wallet/keyring.js";
import { minorUnits, quantity } from "../../wallet/shown.js";
import { onSubmit } from "../form.js";
import { askFor } from "./asking.js";
import * as checks from "./checks.js";
import { holdersPart } from "./first_holders.js";
import { total } from "./holders.js";
import { lodged } from "./lodged_list.js";
import { data, ready, said } from "./page.js";
import { rulesPart } from "./rules.js";
import { complainAt, fillIn, insist, papersPart, progress, termsPart, watch } from "./terms_form.js";
import { unlocked } from "./unlock.js";

const HOLDERS_MOST = 1000; // in the act itself; more are a lodged list
const NAMES = ["isin", "fisn", "cfi", "lei", "currency", "decimals"];
const form = document.querySelector("#terms-form");
const given = data("form-data");
const fields = form.elements;
const isNew = given.kind === "register";

const decimals = () => (isNew ? (checks.decimals(fields.decimals.value) ? 0 : Number(fields.decimals.value)) : given.instrument.decimals);
const holders = holdersPart(form.querySelector("[data-holders]"), decimals, sum);
const rules = isNew ? rulesPart(form.querySelector("[data-rules]"), decimals) : null;
const lines = isNew ? termsPart(form) : null;
const papers = isNew ? papersPart(form) : null;

keyring.watch();
if (isNew) watchTerms();
if (given.act) prefill(given.act);
sum();
onSubmit(form, ask);
ready();

function watchTerms() {
  watch(form, NAMES, (name) => name === "decimals" && holders.changed());
  fields.nominal.addEventListener("change", () =>
    complainAt(fields.nominal, checks.nominalMinor(fields.nominal.value, fields.currency.value) === null ? "nominal-form" : ""),
  );
  fields.authorised.addEventListener("change", () => complainAt(fields.authorised, checks.quantity(fields.authorised.value, decimals())));
}

/** The running total beside what is authorised. */
function sum() {
  const most = isNew ? minorUnits(fields.authorised.value, decimals()) : given.instrument.room;
  const over = most !== null && most !== undefined && total(holders.read().lines) > BigInt(most);
  const place = form.querySelector("[data-over]");
  place.hidden = !over;
  place.textContent = over ? said("over-authorised", { most: quantity(most, decimals()) }) : "";
}

function prefill(act) {
  if (isNew) {
    for (const name of NAMES) fillIn(fields[name], act[name]);
    fields.nominal.value = act.nominal ? given.nominal : "";
    rules.fill(act.rules);
    lines.fill(act.terms);
    papers.fill(act.documents);
  }
  if (act.authorised) fields.authorised.value = quantity(act.authorised, decimals());
  form.querySelector("[data-holders] [data-rows]").replaceChildren();
  for (const { locked_until: until, owner, quantity: units } of act.holders ?? []) {
    holders.add({ owner, quantity: quantity(units, decimals()), locked: until === undefined ? "" : new Date(until * 1000).toISOString().slice(0, 10) });
  }
  holders.changed();
}

/** The fields of the act but its first holders; throws at the first thing that is wrong, with the cursor there. */
function terms() {
  if (!isNew) return { isin: given.instrument.isin, version: given.instrument.version, ...raised() };
  const nominal = checks.nominalMinor(fields.nominal.value, fields.currency.value);
  insist([
    ...NAMES.map((name) => [fields[name], checks[name](fields[name].value)]),
    [fields.authorised, checks.quantity(fields.authorised.value, decimals())],
    [fields.nominal, nominal === null ? "nominal-form" : ""],
  ]);
  const of = (name) => fields[name].value;
  return {
    authorised: minorUnits(of("authorised"), decimals()), cfi: of("cfi"), currency: of("currency"), decimals: decimals(),
    documents: papers.read(), fisn: of("fisn"), isin: of("isin"), lei: of("lei"), nominal, rules: rules.read(), terms: lines.read(),
  };
}

function raised() {
  const typed = fields.authorised.value.trim();
  if (!typed) return {};
  const authorised = minorUnits(typed, decimals());
  insist([[fields.authorised, authorised === null ? "quantity-form" : ""]]);
  return { authorised };
}

/** Documents and a long list first, so that nobody is asked to approve what no approver could read. */
async function ask() {
  const { faults, lines: first } = holders.read();
  if (faults.length || !first.length) throw new Error(said(faults.length ? "fix-holders" : "no-holders"));
  const about = terms();
  const notary = given.notaries.find(({ address }) => address === fields.notary.value);
  if (papers?.keepsSome() && given.notary !== notary.address) throw new Error(said("papers-again"));
  const wallet = await unlocked(given.people);
  if (!wallet) return;
  await papers?.handIn([given.institution, given.regulator, notary], { by: given.institution.address, chain: wallet.chain }, wallet);
  const act = await acts[given.kind]({ ...about, quantity: Number(total(first)), ...(await firstHolders(first, about.isin, wallet)) });
  await askFor(act, form, given, wallet);
}

async function firstHolders(first, isin, wallet) {
  if (first.length <= HOLDERS_MOST) return { holders: first };
  progress(form, said("lodging", { count: first.length.toLocaleString("en-GB") }));
  const asset = `${isin}.${isNew ? 1 : given.instrument.edition}`;
  return { list: await lodged(first.map((line) => ({ asset, ...line })), given.institution.address, wallet) };
}
