/** The rules of an instrument as a form, and in words as the wallet will say them. */
import { noFacts } from "../../wallet/facts.js";
import { actRows } from "../../wallet/sentence_acts.js";
import { minorUnits, quantity, words } from "../../wallet/shown.js";
import { countries, utcSeconds } from "./checks.js";
import { data, said } from "./page.js";

/** @param {HTMLElement} part @param {() => number} decimals */
export function rulesPart(part, decimals) {
  const one = (name) => part.querySelector(`[name=${name}]`);
  const all = (name) => [...part.querySelectorAll(`[name=${name}]`)];
  const chosen = (name) => all(name).filter(({ checked }) => checked).map(({ value }) => value);
  const draw = () => {
    try {
      part.querySelector("[data-words]").textContent = inWords(read(), decimals());
    } catch (error) {
      part.querySelector("[data-words]").textContent = error.message;
    }
  };
  const read = () => {
    const listed = need(countries(one("countries").value), "countries-form");
    const issuers = chosen("claim_issuer").sort();
    if (!issuers.length && (listed.length || chosen("class").length)) throw new Error(said("claims-need-issuer"));
    const claims = { issuers, ...(listed.length && { countries: listed }), ...(chosen("class").length && { classes: chosen("class").sort() }) };
    return {
      ...(issuers.length && { claims }),
      ...optional("lock_up", (text) => need(utcSeconds(text), "lock-up-form")),
      ...optional("max_holders", (text) => need(minorUnits(text, 0), "count-form")),
      ...optional("max_per_holder", (text) => need(minorUnits(text, decimals()), "quantity-form")),
    };
  };
  const optional = (name, value) => (one(name).value.trim() ? { [name]: value(one(name).value) } : {});
  const fill = ({ claims, lock_up: lockUp, max_holders: most, max_per_holder: each }) => {
    for (const box of all("claim_issuer")) box.checked = Boolean(claims?.issuers.includes(box.value));
    for (const box of all("class")) box.checked = Boolean(claims?.classes?.includes(box.value));
    one("countries").value = claims?.countries?.join(", ") ?? "";
    one("lock_up").value = lockUp === undefined ? "" : new Date(lockUp * 1000).toISOString().slice(0, 16);
    one("max_holders").value = most ?? "";
    one("max_per_holder").value = each === undefined ? "" : quantity(each, decimals());
    draw();
  };
  part.addEventListener("input", draw);
  draw();
  return { fill, read };
}

/** By the wallet's own words, with the names of claim issuers as this portal has them. */
function inWords(rules, decimals) {
  const participants = Object.fromEntries(data("form-data").claim_issuers.map((each) => [each.address, each]));
  const act = { act: "register", rules, decimals, documents: [], terms: [], holders: [], quantity: 0, authorised: 0, nominal: 0, currency: "EUR", isin: "", fisn: "", cfi: "", lei: "" };
  const rows = actRows(act, { ...noFacts(), participants });
  return rows.filter(({ label }) => label === words().labels.rule).map(({ value }) => value).join(" ");
}

function need(value, name) {
  if (value === null) throw new Error(said(name));
  return value;
}
