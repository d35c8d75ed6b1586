/** Which of the wallet's languages this page speaks. */

import { words as en } from "./en.js";
import { words as zh } from "./zh.js";

/** The words of the page's language, from these files and never from the server. @returns {typeof en} */
export function words() {
  return document.documentElement.lang.toLowerCase().startsWith("zh") ? zh : en;
}
