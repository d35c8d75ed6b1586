/** What this browser has accepted, beside what the portal says that it serves. */
import { accepted } from "../../wallet/release.js";
import { short, utc } from "../../wallet/shown.js";

const place = document.querySelector("#release-here");
const kept = await accepted();
const state = !kept ? "none" : kept.digest === place.dataset.offered ? "same" : "other";
for (const line of place.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== state;
for (const spot of place.querySelectorAll("[data-digest]")) spot.textContent = kept ? short(kept.digest) : "";
for (const spot of place.querySelectorAll("[data-since]")) spot.textContent = kept ? utc(Math.floor(kept.at / 1000)) : "";
