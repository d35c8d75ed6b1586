/** What pages of the desk share: data that the page holds as JSON, and its sentences with what they are about. */

import { faultWords } from "../../wallet/words/reasons.js";

/** The JSON of a script element of the page. @param {string} id */
export function data(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** A sentence of the page's, `{name}` replaced. @type {(name: string, about?: Record<string, string | number>) => string} */
export function said(name, about = {}) {
  const sentence = data("said")[name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, key) => String(about[key] ?? ""));
}

/** Shows what went wrong at the form's foot, or nothing. @param {HTMLElement} place @param {unknown} error */
export function complain(place, error) {
  place.hidden = !error;
  if (!error) return;
  const { field = "" } = /** @type {any} */ (error);
  const sentence = faultWords(error);
  place.textContent = field && !sentence.includes(field) ? `${sentence} (${field})` : sentence;
  place.scrollIntoView({ block: "nearest" });
}

/** The page's script listens now: buttons that wait for it may be pressed. */
export function ready() {
  for (const button of document.querySelectorAll("[data-waits]")) button.disabled = false;
}

/**
 * Runs `work` at a click or submit with the button out of use, and shows what went wrong.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place
 * @param {() => Promise<void>} work
 */
export async function busy(button, place, work) {
  complain(place, null);
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    complain(place, error);
  } finally {
    button.disabled = false;
  }
}
