/** Forms of the wallet's pages: one at a time, and what went wrong is one of the sentences that stand in the page. */

import { faultWords } from "../../wallet/words/reasons.js";

/**
 * Runs `work` at each submit, with the button out of use meanwhile. It throws an Error whose `say` names a sentence:
 * the element with that `data-said` in the form; any other fault shows the one named "other".
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
export function onSubmit(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    say(form, "");
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      say(form, error.say ?? "other", error.detail ?? (error.say ? "" : faultWords(error)));
    } finally {
      button.disabled = false;
      form.removeAttribute("aria-busy");
    }
  });
}

/** A fault that the page has a sentence for, and what stands at its end. @param {string} name @param {string} [detail] */
export function fault(name, detail = "") {
  return Object.assign(new Error(name), { say: name, detail });
}

/** Shows one of the form's sentences, none for "". */
function say(form, name, detail = "") {
  for (const line of form.querySelectorAll("[data-said]")) {
    line.hidden = line.dataset.said !== name;
    const more = line.querySelector("[data-detail]");
    if (more) more.textContent = detail;
  }
}
