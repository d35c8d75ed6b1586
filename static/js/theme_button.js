// The button that changes between light and dark.
export function start() {
  for (const button of document.querySelectorAll("[data-theme-button]")) {
    button.addEventListener("click", toggle);
  }
}

function toggle() {
  const root = document.documentElement;
  const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.dataset.bsTheme = next;
  localStorage.setItem("theme", next);
  document.dispatchEvent(new CustomEvent("theme"));
}
