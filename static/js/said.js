/** One sentence to the person at the foot of the page; screen readers hear it. */
export function say(sentence) {
  const place = document.querySelector("#said");
  place.textContent = sentence;
  place.classList.remove("visually-hidden");
  place.classList.add("said");
}
