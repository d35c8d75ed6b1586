// Parts of pages that htmx asks for again and again: not in hidden tabs, without moving the focus, and what has
// changed is said once, politely. The words to say stand in the part, in an element with data-live-says.
const LIVE = "[hx-trigger^='every']";
const before = new WeakMap(); // the part -> where the focus was and what it said

export function start() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (part(event) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const live = part(event);
    if (!live) return;
    if (isElsewhere(event.detail)) {
      event.detail.shouldSwap = false;
      location.reload(); // the session has ended: the whole page goes to where one signs in
      return;
    }
    before.set(live, { focused: mark(live), said: words(live) });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const live = part(event);
    const was = live && before.get(live);
    if (!was) return;
    if (was.focused) find(live, was.focused)?.focus({ preventScroll: true });
    const now = words(live);
    if (now && now !== was.said) document.querySelector("#said").textContent = now;
  });
}

/** @param {Event} event @returns {Element | null} the live part that the event is about */
function part(event) {
  return event.target instanceof Element && event.target.matches(LIVE) ? event.target : null;
}

/** Whether the answer came from another address than was asked: from the page where one signs in. */
function isElsewhere({ xhr, pathInfo }) {
  return xhr.responseURL !== "" && new URL(xhr.responseURL).pathname !== new URL(pathInfo.finalRequestPath, location).pathname;
}

/** @param {Element} live */
function words(live) {
  return [...live.querySelectorAll("[data-live-says]")].map((one) => one.textContent.trim()).join(" ");
}

/** What tells the focused element from its neighbours, also in the part that replaces this one. */
function mark(live) {
  const one = document.activeElement;
  if (!one || one === live || !live.contains(one)) return null;
  const twins = [...live.querySelectorAll(one.tagName)].filter((other) => same(other, one));
  return { tag: one.tagName, like: one, place: twins.indexOf(one) };
}

function find(live, { tag, like, place }) {
  return [...live.querySelectorAll(tag)].filter((other) => same(other, like))[place];
}

function same(one, other) {
  return ["href", "data-copy", "id", "name"].every((name) => one.getAttribute(name) === other.getAttribute(name));
}
