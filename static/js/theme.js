// A classic script in the head: the theme must stand before the first paint. The choice is kept in this browser.
(() => {
  const kept = localStorage.getItem("theme");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.bsTheme = kept ?? system;
})();
