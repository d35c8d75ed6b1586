/** The form of a registration, or of an increase: judged as it is typed, then sealed documents, then what is signed. */
import * as acts from "../../wallet/acts.js";
import * as keyring from "../../wallet/keyring.js";
import { minorUnits, quantity } from "../../wallet/shown.js";
import { lodged } from "./lodged_list.js";
import { propose } from "../../wallet/transaction.js";
import { draftAndSign, frame } from "./asking.js";
import * as checks from "./checks.js";
import { holdersPart } from "./first_holders.js";
import { total } from "./holders.js";
import { busy, data, ready, said } from "./page.js";
import { handIn, paperOf } from "./papers.js";
import { rulesPart } from "./rules.js";
import { unlocked } from "./unlock.js";

const HOLDERS_MOST = 1000; // in the act itself; more are a lodged list
const form = document.querySelector("#terms-form");
const given = data("form-data");
const trouble = form.querySelector("[data-trouble]");
const fields = form.elements;
const isNew = given.kind === "register";
/** @type {{bytes: Uint8Array, digest: string, title: string, size: number}[]} */
let papers = [];

const decimals = () => (isNew ? (checks.decimals(fields.decimals.value) ? 0 : Number(fields.decimals.value)) : given.instrument.decimals);
const holders = holdersPart(form.querySelector("[data-holders]"), decimals, sum);
const rules = isNew ? rulesPart(form.querySelector("[data-rules]"), decimals) : null;

keyring.watch();
if (isNew) watchTerms();
if (given.act) prefill(given.act);
sum();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void busy(form.querySelector("[data-submit]"), trouble, ask);
});
ready();

/** Every field's sentence appears when one leaves it, and goes while one mends it. */
function watchTerms() {
  const watched = { isin: checks.isin, lei: checks.lei, cfi: checks.cfi, fisn: checks.fisn, currency: checks.currency, decimals: checks.decimals };
  for (const [name, check] of Object.entries(watched)) {
    const field = fields[name];
    const judge = () => complainAt(field, field.value && check(field.value));
    field.addEventListener("change", judge);
    field.addEventListener("input", () => {
      if (["isin", "lei", "cfi", "fisn", "currency"].includes(name)) upper(field);
      if (field.getAttribute("aria-invalid") === "true") judge();
      if (name === "decimals") holders.changed();
    });
  }
  fields.nominal.addEventListener("change", () =>
    complainAt(fields.nominal, checks.nominalMinor(fields.nominal.value, fields.currency.value) === null ? "nominal-form" : ""),
  );
  fields.authorised.addEventListener("change", () => complainAt(fields.authorised, checks.quantity(fields.authorised.value, decimals())));
  form.querySelector("[data-add-term]").addEventListener("click", () => addTerm().querySelector("input").focus());
  form.querySelector("[data-papers]").addEventListener("change", async ({ target }) => {
    papers.push(...(await Promise.all([...target.files].map(paperOf))));
    target.value = "";
    drawPapers();
  });
}

function upper(field) {
  const at = field.selectionStart;
  field.value = field.value.toUpperCase();
  field.setSelectionRange(at, at);
}

/** @param {HTMLInputElement} field @param {string} name of a sentence, "" if all is well */
function complainAt(field, name) {
  const place = document.getElementById(`${field.id}-fault`);
  field.setAttribute("aria-invalid", String(Boolean(name)));
  place.textContent = name ? said(name) : "";
  return name;
}

function addTerm({ label = "", text = "" } = {}) {
  const row = form.querySelector("#term-row").content.cloneNode(true).firstElementChild;
  row.querySelector("[name=term-label]").value = label;
  row.querySelector("[name=term-text]").value = text;
  row.querySelector("[data-remove]").addEventListener("click", () => row.remove());
  form.querySelector("[data-terms]").append(row);
  return row;
}

function drawPapers() {
  const rows = papers.map((paper, at) => {
    const row = form.querySelector("#paper-row").content.cloneNode(true).firstElementChild;
    const title = row.querySelector("input");
    title.value = paper.title;
    title.addEventListener("input", () => (paper.title = title.value));
    row.querySelector("[data-digest]").textContent = paper.digest;
    row.querySelector("[data-size]").textContent = paper.bytes ? said("paper-size", { kb: Math.ceil(paper.size / 1000).toLocaleString("en-GB") }) : said("paper-kept");
    row.querySelector("[data-remove]").addEventListener("click", () => {
      papers.splice(at, 1);
      drawPapers();
    });
    return row;
  });
  form.querySelector("[data-paper-rows]").replaceChildren(...rows);
}

/** The running total beside what is authorised. */
function sum() {
  const { lines } = holders.read();
  const most = isNew ? minorUnits(fields.authorised.value, decimals()) : given.instrument.room;
  const over = most !== null && most !== undefined && total(lines) > BigInt(most);
  const place = form.querySelector("[data-over]");
  place.hidden = !over;
  place.textContent = over ? said("over-authorised", { most: quantity(most, decimals()) }) : "";
}

function prefill(act) {
  if (isNew) {
    for (const name of ["isin", "fisn", "cfi", "lei", "currency", "decimals"]) fields[name].value = act[name];
    fields.nominal.value = act.nominal ? data("form-data").nominal : "";
    rules.fill(act.rules);
    act.terms.forEach(addTerm);
    papers = act.documents.map(({ digest, title }) => ({ digest, title, size: 0, bytes: null }));
    drawPapers();
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
  const judged = ["isin", "fisn", "cfi", "lei", "currency", "decimals"].map((name) => [fields[name], checks[name](fields[name].value)]);
  judged.push([fields.authorised, checks.quantity(fields.authorised.value, decimals())]);
  const nominal = checks.nominalMinor(fields.nominal.value, fields.currency.value);
  judged.push([fields.nominal, nominal === null ? "nominal-form" : ""]);
  for (const [field, name] of judged) complainAt(field, name);
  const wrong = judged.find(([, name]) => name);
  if (wrong) {
    wrong[0].focus();
    throw new Error(said("fix-first"));
  }
  const of = (name) => fields[name].value;
  return {
    authorised: minorUnits(of("authorised"), decimals()), cfi: of("cfi"), currency: of("currency"), decimals: decimals(),
    documents: papers.map(({ digest, title }) => ({ digest, title })), fisn: of("fisn"), isin: of("isin"), lei: of("lei"),
    nominal, rules: rules.read(), terms: termLines(),
  };
}

function raised() {
  const typed = fields.authorised.value.trim();
  if (!typed) return {};
  const authorised = minorUnits(typed, decimals());
  if (complainAt(fields.authorised, authorised === null ? "quantity-form" : "")) throw new Error(said("fix-first"));
  return { authorised };
}

function termLines() {
  const rows = [...form.querySelectorAll("[data-terms] > *")];
  const lines = rows.map((row) => ({ label: row.querySelector("[name=term-label]").value.trim(), text: row.querySelector("[name=term-text]").value.trim() }));
  return lines.filter(({ label, text }) => label || text);
}

/** Documents and a long list first, so that nobody is asked to approve what no approver could read. */
async function ask() {
  const { faults, lines } = holders.read();
  if (faults.length || !lines.length) throw new Error(said(faults.length ? "fix-holders" : "no-holders"));
  const about = terms();
  const notary = given.notaries.find(({ address }) => address === fields.notary.value);
  if (papers.some(({ bytes }) => !bytes) && given.notary !== notary.address) throw new Error(said("papers-again"));
  const wallet = await unlocked(given.people);
  if (!wallet) return;
  const whose = { by: given.institution.address, chain: wallet.chain };
  await handIn(papers.filter(({ bytes }) => bytes), [given.institution, given.regulator, notary], whose, wallet, progress);
  const act = await acts[given.kind]({ ...about, quantity: Number(total(lines)), ...(await firstHolders(lines, about.isin, wallet)) });
  const deadline = Math.floor(Date.now() / 1000) + Number(fields.days.value) * 86_400;
  const transaction = await propose(frame(wallet.chain), { act, deadline, notary: notary.address, proposer: whose.by });
  await draftAndSign(transaction, { drafts: given.drafts, institution: whose.by, comment: fields.comment.value.trim() });
}

async function firstHolders(lines, isin, wallet) {
  if (lines.length <= HOLDERS_MOST) return { holders: lines };
  progressText(said("lodging", { count: lines.length.toLocaleString("en-GB") }));
  const asset = `${isin}.${isNew ? 1 : given.instrument.edition}`;
  return { list: await lodged(lines.map((line) => ({ asset, ...line })), given.institution.address, wallet) };
}

function progress(done) {
  const all = papers.filter(({ bytes }) => bytes).length;
  progressText(done < all ? said("sealing", { at: done + 1, all }) : "");
}

function progressText(text) {
  form.querySelector("[data-progress]").textContent = text;
}
