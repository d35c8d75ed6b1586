/** What a person starts on a page: one at a time, and what went wrong is one of the sentences that stand in the page. */

import { faultWords } from "../wallet/words/reasons.js";

/**
 * Runs `work` at each submit, as `attempt` does, with the button that was pressed.
 * @param {HTMLFormElement} form
 * @param {(pressed: HTMLButtonElement) => Promise<void>} work
 */
export function onSubmit(form, work) {
  for (const button of form.querySelectorAll("[data-waits]")) button.disabled = false; // somebody listens now
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = /** @type {SubmitEvent} */ (event).submitter ?? form.querySelector("button:not([type=button])");
    if (pressed) void attempt(form, pressed, () => work(pressed));
  });
}

/**
 * Runs `work` with the button out of use meanwhile. It throws an Error whose `say` names a sentence: the alert with that
 * `data-said` in the place; any other fault is shown in the one named "other".
 * @param {HTMLElement} place a form, or what stands around a button
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} work
 */
export async function attempt(place, button, work) {
  say(place, "");
  button.disabled = true;
  place.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    complain(place, error);
  } finally {
    button.disabled = false;
    place.removeAttribute("aria-busy");
  }
}

/** Shows what went wrong where the place has a sentence for it. @param {HTMLElement} place @param {any} error */
export function complain(place, error) {
  say(place, error.say ?? "other", error.say ? error.detail : worded(error));
}

/** A fault that the page has a sentence for, and what stands at its end. @param {string} name @param {string} [detail] */
export function fault(name, detail = "") {
  return Object.assign(new Error(name), { say: name, detail });
}

/** In the page's language, with the field that a refusal is about. @param {any} error */
function worded(error) {
  const { field = "" } = error;
  const sentence = faultWords(error);
  return field && !sentence.includes(field) ? `${sentence} (${field})` : sentence;
}

/** Shows one of the place's sentences, none for "". */
function say(place, name, detail = "") {
  for (const line of place.querySelectorAll("[role=alert][data-said]")) {
    line.hidden = line.dataset.said !== name;
    const more = line.querySelector("[data-detail]");
    if (more) more.textContent = detail;
    if (!line.hidden) line.scrollIntoView({ block: "nearest" });
  }
}
