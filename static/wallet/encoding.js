/** Canonical bytes (RFC 8785 without floats and null), domain-separated digests, honest text: protocol.md section 1. */

/** @typedef {any} Json a text, boolean, integer (BigInt too), list, or plain object of these */

export const INT_MAX = Number.MAX_SAFE_INTEGER;

// Inclusive ranges of code points refused in every text that people read; the list of protocol.md section 1.
const REFUSED_TEXT = [
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
];
const LONE_SURROGATE = /\p{Surrogate}/u;
const HEX = /^(?:[0-9a-f]{2})*$/;
const DEEPEST = 64; // no shape of the protocol is nested half as deep

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A refusal: the reason of protocol.md section 9, the field it is about, and a sentence for people. */
export class Rejected extends Error {
  /**
   * @param {string} reason
   * @param {string} field
   * @param {string} detail
   */
  constructor(reason, field, detail) {
    super(detail);
    this.name = "Rejected";
    this.reason = reason;
    this.field = field;
  }
}

/**
 * The one canonical form of a value; throws Rejected for what has none.
 * @param {Json} value
 * @returns {Uint8Array}
 */
export function canonical(value) {
  return encoder.encode(write(value, "$", 0));
}

/**
 * The value that these bytes are the canonical form of; throws Rejected for any other bytes.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function parseCanonical(bytes) {
  let value;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new Rejected("MALFORMED", "$", "not JSON in UTF-8");
  }
  // JSON.parse keeps the last of two equal keys and reads 1.0 as 1: writing again shows both.
  if (!equal(canonical(value), bytes)) {
    throw new Rejected("NOT_CANONICAL", "$", "these are not the canonical bytes of their value");
  }
  return value;
}

/**
 * Whether two values have the same canonical bytes.
 * @param {Json} left
 * @param {Json} right
 */
export function sameValue(left, right) {
  return equal(canonical(left), canonical(right));
}

/**
 * The 32 bytes SHA-256(SHA-256(domain ‖ 0x00 ‖ data)).
 * @param {string} domain
 * @param {Uint8Array} data
 */
export async function digest(domain, data) {
  return sha256(await sha256(concat(encoder.encode(domain), new Uint8Array(1), data)));
}

/**
 * The digest of a value's canonical bytes, in hex.
 * @param {string} domain
 * @param {Json} value
 */
export async function digestOf(domain, value) {
  return toHex(await digest(domain, canonical(value)));
}

/**
 * @param {Uint8Array} data
 * @returns {Promise<Uint8Array>}
 */
export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/**
 * Refuses code points that hide or reorder what stands around them.
 * @param {string} text
 * @param {string} [field]
 */
export function checkText(text, field = "text") {
  for (const char of text) {
    const code = /** @type {number} */ (char.codePointAt(0));
    if (REFUSED_TEXT.some(([low, high]) => low <= code && code <= high)) {
      const name = code.toString(16).toUpperCase().padStart(4, "0");
      throw new Rejected("MALFORMED", field, `U+${name} is not allowed in a text`);
    }
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} lower-case hex
 */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The bytes of lower-case hex, exactly `size` of them if given.
 * @param {string} text
 * @param {string} [field]
 * @param {number} [size]
 */
export function fromHex(text, field = "", size) {
  if (typeof text !== "string" || !HEX.test(text) || (size !== undefined && text.length !== 2 * size)) {
    throw new Rejected("MALFORMED", field, `not the lower-case hex of ${size ?? "whole"} bytes`);
  }
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** @param {string} text */
export function utf8(text) {
  return encoder.encode(text);
}

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
export function equal(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/**
 * A count as eight bytes, the largest first.
 * @param {number} number
 */
export function uint64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** @type {(value: any, path: string, depth: number) => string} */
function write(value, path, depth) {
  if (depth > DEEPEST) throw new Rejected("MALFORMED", path, "nested too deeply");
  switch (typeof value) {
    case "string":
      return writeText(value, path);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isSafeInteger(value))
        throw new Rejected("MALFORMED", path, "not an integer within ±(2^53-1)");
      return String(value);
    case "bigint":
      if (value > INT_MAX || value < -INT_MAX)
        throw new Rejected("MALFORMED", path, "integer beyond ±(2^53-1)");
      return String(value);
    case "object":
      if (Array.isArray(value)) return writeList(value, path, depth);
      if (isPlain(value)) return writeObject(value, path, depth);
  }
  throw new Rejected("MALFORMED", path, `${value === null ? "null" : typeof value} is not used`);
}

/** @type {(text: string, path: string) => string} */
function writeText(text, path) {
  if (LONE_SURROGATE.test(text)) throw new Rejected("MALFORMED", path, "text holds a lone surrogate");
  return JSON.stringify(text); // well-formed text: the escapes of RFC 8785 exactly
}

/** @type {(list: any[], path: string, depth: number) => string} */
function writeList(list, path, depth) {
  const items = Array.from(list, (item, at) => write(item, `${path}[${at}]`, depth + 1)); // a hole is undefined: refused
  return `[${items.join(",")}]`;
}

/** @type {(object: Record<string, any>, path: string, depth: number) => string} */
function writeObject(object, path, depth) {
  const keys = Object.keys(object).sort(); // sort() compares UTF-16 code units, as RFC 8785 wants
  const items = keys.map(
    (key) => `${writeText(key, path)}:${write(object[key], `${path}.${key}`, depth + 1)}`,
  );
  return `{${items.join(",")}}`;
}

/** @param {object | null} value */
function isPlain(value) {
  if (value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
