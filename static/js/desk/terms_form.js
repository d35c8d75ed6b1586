/** The words of an instrument as a form: names judged as they are typed, terms in words, documents with their digests. */
import { handIn, paperOf } from "./papers.js";
import * as checks from "./checks.js";
import { said } from "./page.js";

const CAPITALS = ["isin", "lei", "cfi", "fisn", "currency"];
/** @typedef {{bytes: Uint8Array | null, digest: string, title: string, size: number}} Paper `bytes`: null if it was sealed before */

/**
 * Every field's sentence appears when one leaves it, and goes while one mends it.
 * @param {HTMLFormElement} form
 * @param {string[]} names of fields that `checks.js` can judge
 * @param {(name: string) => void} [onInput]
 */
export function watch(form, names, onInput = () => {}) {
  for (const name of names) {
    const field = form.elements[name];
    const judge = () => complainAt(field, field.value && checks[name](field.value));
    field.addEventListener("change", judge);
    field.addEventListener("input", () => {
      if (CAPITALS.includes(name)) upper(field);
      if (field.getAttribute("aria-invalid") === "true") judge();
      onInput(name);
    });
  }
}

/** What somebody typed before the script was there stays. @param {HTMLInputElement} field @param {string} value */
export function fillIn(field, value) {
  if (field.value === (field.defaultValue ?? field.value)) field.value = value;
}

/** @param {HTMLInputElement} field @param {string} name of a sentence, "" if all is well */
export function complainAt(field, name) {
  const place = document.getElementById(`${field.id}-fault`);
  field.setAttribute("aria-invalid", String(Boolean(name)));
  place.textContent = name ? said(name) : "";
  return name;
}

/** Throws at the first field that is wrong, with the cursor there. @param {[HTMLInputElement, string][]} judged field and sentence */
export function insist(judged) {
  for (const [field, name] of judged) complainAt(field, name);
  const wrong = judged.find(([, name]) => name);
  if (!wrong) return;
  wrong[0].focus();
  throw new Error(said("fix-first"));
}

/** @param {HTMLInputElement} field */
function upper(field) {
  const at = field.selectionStart;
  field.value = field.value.toUpperCase();
  field.setSelectionRange(at, at);
}

/** The lines of the terms in words. @param {HTMLFormElement} form */
export function termsPart(form) {
  const add = ({ label = "", text = "" } = {}) => {
    const row = form.querySelector("#term-row").content.cloneNode(true).firstElementChild;
    row.querySelector("[name=term-label]").value = label;
    row.querySelector("[name=term-text]").value = text;
    row.querySelector("[data-remove]").addEventListener("click", () => row.remove());
    form.querySelector("[data-terms]").append(row);
    return row;
  };
  const typed = (row, name) => row.querySelector(`[name=${name}]`).value.trim();
  form.querySelector("[data-add-term]").addEventListener("click", () => add().querySelector("input").focus());
  return {
    fill: (/** @type {{label: string, text: string}[]} */ lines) => lines.forEach(add),
    read: () =>
      [...form.querySelectorAll("[data-terms] > *")]
        .map((row) => ({ label: typed(row, "term-label"), text: typed(row, "term-text") }))
        .filter(({ label, text }) => label || text),
  };
}

/** The documents: those that an act named before by their digests, and files that are sealed now. @param {HTMLFormElement} form */
export function papersPart(form) {
  /** @type {Paper[]} */
  let papers = [];
  const draw = () => form.querySelector("[data-paper-rows]").replaceChildren(...papers.map(row));
  const row = (paper, at) => {
    const shown = form.querySelector("#paper-row").content.cloneNode(true).firstElementChild;
    const title = shown.querySelector("input");
    title.value = paper.title;
    title.addEventListener("input", () => (paper.title = title.value));
    shown.querySelector("[data-digest]").textContent = paper.digest;
    shown.querySelector("[data-size]").textContent = paper.bytes ? said("paper-size", { kb: Math.ceil(paper.size / 1000).toLocaleString("en-GB") }) : said("paper-kept");
    shown.querySelector("[data-remove]").addEventListener("click", () => {
      papers.splice(at, 1);
      draw();
    });
    return shown;
  };
  form.querySelector("[data-papers]").addEventListener("change", async ({ target }) => {
    papers.push(...(await Promise.all([...target.files].map(paperOf))));
    target.value = "";
    draw();
  });
  return {
    fill: (documents) => {
      papers = documents.map(({ digest, title }) => ({ digest, title, size: 0, bytes: null }));
      draw();
    },
    read: () => papers.map(({ digest, title }) => ({ digest, title })),
    keepsSome: () => papers.some(({ bytes }) => !bytes),
    /** Seals the files for these institutions and hands them in. @type {(institutions: any[], whose: {by: string, chain: string}, wallet: any) => Promise<void>} */
    handIn: (institutions, whose, wallet) => {
      const files = papers.filter(({ bytes }) => bytes);
      return handIn(files, institutions, whose, wallet, (done) => progress(form, done < files.length ? said("sealing", { at: done + 1, all: files.length }) : ""));
    },
  };
}

/** What is being done now, at the form's foot. @param {HTMLFormElement} form @param {string} text */
export function progress(form, text) {
  form.querySelector("[data-progress]").textContent = text;
}
