/** How the wallet writes things for people: quantities, times, addresses; and the language that it speaks. */

import { words } from "./words/spoken.js";

export { words };

/** @typedef {import("./facts.js").Facts} Facts */
/**
 * @typedef {{label: string, value: string, kind: "text" | "address" | "amount" | "time" | "code", name?: string}} Row
 *   `name` of an address: who that is, in words
 */

// ISO 4217 currencies whose minor unit is not a hundredth.
const MINOR_DIGITS = /** @type {Record<string, number>} */ ({
  BHD: 3, CLP: 0, ISK: 0, JPY: 0, KRW: 0, KWD: 3, OMR: 3, TND: 3, VND: 0,
});
const LAST_SECOND = 253402300799; // of the year 9999; an issuer may lock a share up for longer

/** Minor units written in whole units, thousands apart, exactly its decimals. @type {(quantity: number | bigint, decimals?: number) => string} */
export function quantity(quantity, decimals = 0) {
  const digits = String(quantity).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
}

/**
 * What a person typed, in minor units; null if it is no such quantity: thousands by comma or space, a point for decimals.
 * @type {(typed: string, decimals: number) => number | null}
 */
export function minorUnits(typed, decimals) {
  const parts = /^(\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.(\d+))?$/.exec(typed.trim());
  if (!parts || (parts[2] ?? "").length > decimals) return null;
  const minor = BigInt(parts[1].replace(/[, ]/g, "") + (parts[2] ?? "").padEnd(decimals, "0"));
  return minor >= 1n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : null;
}

/** A nominal value with its currency; empty if there is none. @type {(nominal: number, currency: string) => string} */
export function money(nominal, currency) {
  return nominal ? `${quantity(nominal, MINOR_DIGITS[currency] ?? 2)} ${currency}` : "";
}

/** UTC seconds as date and time with the zone. @param {number} seconds */
export function utc(seconds) {
  return `${new Date(Math.min(seconds, LAST_SECOND) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Both ends of a long code: to compare by eye, never to copy. @param {string} value */
export function short(value) {
  const head = value.startsWith("tally1") ? 12 : 8;
  return value.length <= head + 6 ? value : `${value.slice(0, head)}…${value.slice(-5)}`;
}

/** A quantity of an asset in words: with its proven name, else in smallest units of its bare code. @type {(minor: number | bigint, asset: string, facts: Facts) => string} */
export function amount(minor, asset, facts) {
  const [isin, edition] = asset.split(".");
  const known = facts.instruments[isin];
  if (!known) return words().smallestUnits(quantity(minor), asset);
  const which = edition && edition !== "1" ? `${isin}.${edition}` : isin;
  return `${quantity(minor, known.decimals)} ${known.name} (${which})`;
}

/** An instrument's proven name with its ISIN; the bare ISIN otherwise. @type {(isin: string, facts: Facts) => string} */
export function instrument(isin, facts) {
  return facts.instruments[isin] ? `${facts.instruments[isin].name} (${isin})` : isin;
}

/** Who an address is in a sentence: yourself, a proven participant, or the whole address. @type {(address: string, facts: Facts) => string} */
export function who(address, facts) {
  if (facts.own.includes(address)) return words().yourWallet;
  return facts.participants[address]?.name ?? address;
}

/** A row for an address, always in full. @type {(label: string, address: string, facts: Facts) => Row} */
export function addressRow(label, address, facts) {
  const known = facts.own.includes(address) ? words().yourWallet : facts.participants[address]?.name;
  const mine = facts.labels[address] && words().yourLabel(facts.labels[address]);
  const name = known ?? mine;
  return { label, value: address, kind: "address", ...(name && { name }) };
}

/** @type {(label: string, value: string) => Row} */
export const textRow = (label, value) => ({ label, value, kind: "text" });
/** @type {(label: string, value: string) => Row} */
export const amountRow = (label, value) => ({ label, value, kind: "amount" });
/** @type {(label: string, value: string) => Row} */
export const codeRow = (label, value) => ({ label, value, kind: "code" });
/** @type {(label: string, seconds: number) => Row} */
export const timeRow = (label, seconds) => ({ label, value: utc(seconds), kind: "time" });
