/** Elements without markup in strings: text is always text, whatever it holds. */

/**
 * An element with these properties and children; `data-…` and `aria-…` and other names with a hyphen become attributes.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(globalThis.Node | string | null | false)} children
 * @returns {any}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** A sentence with every address in it set off, so that none of its characters can be taken for another. @param {string} sentence */
export function setOff(sentence) {
  const parts = sentence.split(/(tally1[02-9ac-hj-np-z]{58})/);
  return parts.map((part, at) => (at % 2 ? make("code", { className: "whole", textContent: part }) : part));
}
