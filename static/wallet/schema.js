/** Closed schemas: what a value must look like before anybody signs or hashes it; unknown and missing fields are refused. */

import { INT_MAX, Rejected, checkText } from "./encoding.js";
import { addressBytes } from "./keys.js";

/** @typedef {(value: any, field: string) => void} Check throws Rejected, or the value is as the schema says */

const OPTIONAL = Symbol("optional");

/** @param {string} field @param {string} detail @returns {never} */
export function malformed(field, detail) {
  throw new Rejected("MALFORMED", field, detail);
}

/** @type {(low: number, high?: number) => Check} */
export function integer(low, high = INT_MAX) {
  return (value, field) => {
    if (!Number.isSafeInteger(value) || value < low || value > high)
      malformed(field, `not an integer from ${low} to ${high}`);
  };
}

/** A text that people read, of 1 to `longest` characters. @type {(longest: number) => Check} */
export function text(longest) {
  return (value, field) => {
    const length = typeof value === "string" ? [...value].length : 0;
    if (length < 1 || length > longest) malformed(field, `not a text of 1 to ${longest} characters`);
    checkText(value, field);
  };
}

/** @type {(form: RegExp) => Check} */
export function pattern(form) {
  return (value, field) => {
    if (typeof value !== "string" || !form.test(value)) malformed(field, `not of the form ${form.source}`);
  };
}

/** @type {(...allowed: string[]) => Check} */
export function oneOf(...allowed) {
  return (value, field) => {
    if (!allowed.includes(value)) malformed(field, `not one of ${allowed.join(", ")}`);
  };
}

/** @type {(item: Check, fewest: number, most: number) => Check} */
export function listOf(item, fewest, most) {
  return (value, field) => {
    if (!Array.isArray(value) || value.length < fewest || value.length > most) {
      malformed(field, `not a list of ${fewest} to ${most} items`);
    }
    value.forEach((each, at) => item(each, `${field}[${at}]`));
  };
}

/**
 * A list in byte order without duplicates; its items are ASCII.
 * @type {(item: Check, fewest: number, most: number) => Check}
 */
export function sortedListOf(item, fewest, most) {
  const list = listOf(item, fewest, most);
  return (value, field) => {
    list(value, field);
    if (
      !value.every((/** @type {string} */ each, /** @type {number} */ at) => at === 0 || value[at - 1] < each)
    ) {
      malformed(field, "not sorted, or an item twice");
    }
  };
}

/** A field that is left out where it does not apply. @type {(check: Check) => Check} */
export function optional(check) {
  return Object.assign((/** @type {any} */ value, /** @type {string} */ field) => check(value, field), {
    [OPTIONAL]: true,
  });
}

/** An object with exactly these fields. @type {(fields: Record<string, Check>) => Check} */
export function object(fields) {
  const required = Object.keys(fields).filter((name) => !(OPTIONAL in fields[name]));
  return (value, field) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      malformed(field, "not an object");
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) malformed(`${field}.${name}`, "an unknown field");
      fields[name](value[name], `${field}.${name}`);
    }
    for (const name of required)
      if (!Object.hasOwn(value, name)) malformed(`${field}.${name}`, "the field is missing");
  };
}

/**
 * One of several objects, told apart by the value of one of its fields.
 * @type {(tag: string, variants: Record<string, Check>) => Check}
 */
export function variant(tag, variants) {
  return (value, field) => {
    const name = value?.[tag];
    if (typeof name !== "string" || !Object.hasOwn(variants, name))
      malformed(`${field}.${tag}`, "no such variant");
    variants[name](value, field);
  };
}

export const hex32 = pattern(/^[0-9a-f]{64}$/);
export const hex64 = pattern(/^[0-9a-f]{128}$/);
export const positive = integer(1);
export const count = integer(0);

/** @type {Check} */
export function address(value, field) {
  if (typeof value !== "string") malformed(field, "not an address");
  addressBytes(value, field);
}
