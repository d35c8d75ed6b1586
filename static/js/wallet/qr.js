/** A text as a QR code, drawn as one path. */
import { encode } from "../../vendor/qr.mjs";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 3;

/** @param {string} text @param {string} label what screen readers say instead */
export function qr(text, label) {
  const { data, size } = encode(text, { border: 0 });
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`);
  svg.setAttribute("class", "qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const path = document.createElementNS(SVG, "path");
  const dots = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  path.setAttribute("d", dots.join(""));
  svg.append(path);
  return svg;
}
