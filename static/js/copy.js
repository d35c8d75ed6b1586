// Copy buttons, also those that htmx brings in later.
const SHOWN_MS = 1600;

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.copied = "";
  document.querySelector("#said").textContent = button.dataset.said;
  setTimeout(() => delete button.dataset.copied, SHOWN_MS);
}
