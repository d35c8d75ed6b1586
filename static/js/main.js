// What every page does.
import { start as startCopy } from "./copy.js";
import { start as startLive } from "./live.js";
import { start as startTheme } from "./theme_button.js";

// Nobody looks at a hidden tab: what a page asks for by itself waits until somebody does.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  if (document.hidden && requestConfig.verb === "get" && elt.getAttribute("hx-trigger")?.includes("every ")) event.preventDefault();
});
startCopy();
startLive();
startTheme();
