/** The part of a form that names first holders: typed rows or a CSV file, with a preview and what is wrong row by row. */
import { quantity, short, utc } from "../../wallet/shown.js";
import { parse, total, typed } from "./holders.js";
import { said } from "./page.js";

const SHOWN = 8;
const FAULTS_SHOWN = 20;

/**
 * Watches the part and redraws its preview; `read` gives what is there now.
 * @param {HTMLElement} part
 * @param {() => number} decimals of the quantities
 * @param {() => void} onChange
 */
export function holdersPart(part, decimals, onChange) {
  const rows = part.querySelector("[data-rows]");
  const template = part.querySelector("template");
  let file = "";
  const add = (line = {}) => {
    const row = template.content.cloneNode(true).firstElementChild;
    for (const [name, value] of Object.entries(line)) row.querySelector(`[name=${name}]`).value = value;
    row.querySelector("[data-remove]").addEventListener("click", () => (row.remove(), changed()));
    rows.append(row);
  };
  const read = () => (file ? parse(file, decimals()) : typed(typedRows(rows), decimals()));
  const changed = () => {
    draw(part, read(), decimals(), Boolean(file));
    onChange();
  };
  part.querySelector("[data-add]").addEventListener("click", () => (add(), rows.lastElementChild.querySelector("input").focus()));
  part.querySelector("[data-file]").addEventListener("change", async ({ target }) => {
    file = target.files[0] ? await target.files[0].text() : "";
    changed();
  });
  part.querySelector("[data-forget]").addEventListener("click", () => {
    file = "";
    part.querySelector("[data-file]").value = "";
    changed();
  });
  rows.addEventListener("input", changed);
  if (!rows.children.length) add();
  return { add, read, changed };
}

function typedRows(rows) {
  return [...rows.children].map((row) => {
    const of = (name) => row.querySelector(`[name=${name}]`).value.trim();
    return { owner: of("owner"), quantity: of("quantity"), locked: of("locked") };
  });
}

function draw(part, { faults, lines }, decimals, isFile) {
  part.dataset.source = isFile ? "file" : "typed";
  const list = part.querySelector("[data-faults]");
  const shown = faults.slice(0, FAULTS_SHOWN).map(({ name, row, value }) => item(said(name, { row, value: value.slice(0, 80) })));
  if (faults.length > FAULTS_SHOWN) shown.push(item(said("more-faults", { count: faults.length - FAULTS_SHOWN })));
  list.replaceChildren(...(isFile || lines.length || faults.length > 1 ? shown : []));
  const about = { count: lines.length.toLocaleString("en-GB"), total: quantity(total(lines), decimals) };
  part.querySelector("[data-total]").textContent = lines.length ? said("holders-total", about) : "";
  const preview = part.querySelector("[data-preview]");
  preview.hidden = !isFile || !lines.length;
  preview.querySelector("tbody").replaceChildren(...lines.slice(0, SHOWN).map((line) => previewRow(line, decimals)));
  preview.querySelector("caption").textContent = said("preview", { shown: Math.min(SHOWN, lines.length), count: about.count });
}

function previewRow({ locked_until: until, owner, quantity: units }, decimals) {
  const row = document.createElement("tr");
  const cells = [short(owner), quantity(units, decimals), until === undefined ? "–" : utc(until)];
  const labels = [said("column-wallet"), said("column-quantity"), said("column-locked")];
  row.append(...cells.map((text, at) => Object.assign(document.createElement("td"), { textContent: text, className: at === 1 ? "right" : "" })));
  [...row.children].forEach((cell, at) => (cell.dataset.label = labels[at]));
  row.firstElementChild.title = owner;
  return row;
}

function item(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}
