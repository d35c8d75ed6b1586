/** What pages of the desk share: data that the page holds as JSON, and its sentences with what they are about. */

/** The JSON of a script element of the page. @param {string} id */
export function data(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** A sentence of the page's, `{name}` replaced. @type {(name: string, about?: Record<string, string | number>) => string} */
export function said(name, about = {}) {
  const sentence = data("said")[name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, key) => String(about[key] ?? ""));
}

/** The page's script listens now: buttons that wait for it may be pressed. */
export function ready() {
  for (const button of document.querySelectorAll("[data-waits]")) button.disabled = false;
}
