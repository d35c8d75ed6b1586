/** What is typed into a form of terms, judged at once: each check answers with the name of a sentence, "" if all is well. */
import { checkText } from "../../wallet/encoding.js";
import { minorUnits } from "../../wallet/shown.js";

const MINOR_DIGITS = { BHD: 3, CLP: 0, ISK: 0, JPY: 0, KRW: 0, KWD: 3, OMR: 3, TND: 3, VND: 0 };
const LONGEST_NOMINAL = 15;

/** ISO 6166: letters count as 10 to 35, then Luhn. @param {string} text */
export function isin(text) {
  if (!/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/.test(text)) return "isin-form";
  const doubled = [...inDigits(text)].reverse().map((digit, place) => Number(digit) * (place % 2 ? 2 : 1));
  return doubled.reduce((sum, each) => sum + Math.floor(each / 10) + (each % 10), 0) % 10 ? "isin-digit" : "";
}

/** ISO 17442: modulo 97 is 1. @param {string} text */
export function lei(text) {
  if (!/^[A-Z0-9]{18}[0-9]{2}$/.test(text)) return "lei-form";
  return BigInt(inDigits(text)) % 97n === 1n ? "" : "lei-digit";
}

/** ISO 10962. @param {string} text */
export function cfi(text) {
  if (!/^[A-Z]{6}$/.test(text)) return "cfi-form";
  return "ECDRTMFSHIJKLO".includes(text[0]) ? "" : "cfi-category";
}

/** ISO 18774. @param {string} text */
export function fisn(text) {
  return text.length >= 1 && text.length <= 35 && isClean(text) ? "" : "fisn-form";
}

/** ISO 4217, as far as this browser knows it. @param {string} text */
export function currency(text) {
  if (!/^[A-Z]{3}$/.test(text)) return "currency-form";
  return Intl.supportedValuesOf("currency").includes(text) ? "" : "currency-unknown";
}

/** Decimals of a quantity. @param {string} text */
export function decimals(text) {
  return /^[0-8]$/.test(text) ? "" : "decimals-form";
}

/** A quantity in units. @param {string} text @param {number} places */
export function quantity(text, places) {
  return minorUnits(text, places) === null ? "quantity-form" : "";
}

/** The nominal value in minor units of its currency, 0 for none; null if it is no amount. @type {(text: string, code: string) => number | null} */
export function nominalMinor(text, code) {
  if (/^0*$/.test(text.trim())) return 0;
  return text.length > LONGEST_NOMINAL ? null : minorUnits(text, MINOR_DIGITS[code] ?? 2);
}

/** ISO 3166-1 codes, by comma or space; null if one is none. @param {string} text @returns {string[] | null} */
export function countries(text) {
  const codes = text.toUpperCase().split(/[\s,;]+/).filter(Boolean);
  return codes.every((code) => /^[A-Z]{2}$/.test(code)) ? [...new Set(codes)].sort() : null;
}

/** A day or a moment in UTC, in seconds; null if it is none. @param {string} text */
export function utcSeconds(text) {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?Z?)?$/.exec(text.trim());
  if (!parts) return null;
  const moment = Date.parse(`${parts[1]}T${parts[2] ?? "00:00"}:00Z`);
  return Number.isNaN(moment) || moment < 0 ? null : moment / 1000;
}

/** Whether nothing in it hides or reorders what stands around it. @param {string} text */
export function isClean(text) {
  try {
    checkText(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} code */
function inDigits(code) {
  return Array.from(code, (char) => parseInt(char, 36)).join("");
}
