/** First holders, typed or from a CSV file: every row is judged, nothing is taken over while one is wrong. */
import { addressBytes } from "../../wallet/keys.js";
import { minorUnits } from "../../wallet/shown.js";
import { utcSeconds } from "./checks.js";

/** @typedef {{row: number, name: string, value: string}} Fault `name` of a sentence */
/** @typedef {{owner: string, quantity: number, locked_until?: number}} Line */

export const ROWS_MOST = 1_000_000;
const COLUMNS = { owner: ["address", "owner", "wallet"], quantity: ["quantity", "units"], locked: ["locked_until", "locked until"] };

/**
 * The lines of a text with columns address, quantity and, if it likes, locked_until; comma, semicolon or tab.
 * @param {string} text
 * @param {number} decimals of a quantity
 * @returns {{lines: Line[], faults: Fault[]}}
 */
export function parse(text, decimals) {
  const rows = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).map((line, at) => ({ line, row: at + 1 })).filter(({ line }) => line.trim());
  if (!rows.length) return { lines: [], faults: [] };
  const mark = separator(rows[0].line);
  const head = cells(rows[0].line, mark).map((cell) => cell.toLowerCase());
  const places = headed(head);
  const body = places ? rows.slice(1) : rows;
  const { owner, quantity, locked } = places ?? { owner: 0, quantity: 1, locked: 2 };
  /** @type {{lines: Line[], faults: Fault[]}} */
  const found = { lines: [], faults: body.length > ROWS_MOST ? [{ row: ROWS_MOST, name: "too-many-rows", value: "" }] : [] };
  for (const { line, row } of body.slice(0, ROWS_MOST)) {
    const given = cells(line, mark);
    judge(found, row, given[owner] ?? "", given[quantity] ?? "", given[locked] ?? "", decimals);
  }
  return found;
}

/** Typed rows, as they stand in the form. @param {{owner: string, quantity: string, locked: string}[]} typed @param {number} decimals */
export function typed(typed, decimals) {
  /** @type {{lines: Line[], faults: Fault[]}} */
  const found = { lines: [], faults: [] };
  typed.forEach(({ owner, quantity, locked }, at) => {
    if (owner || quantity || locked) judge(found, at + 1, owner, quantity, locked, decimals);
  });
  return found;
}

/** All units together. @param {Line[]} lines */
export function total(lines) {
  return lines.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
}

function judge(found, row, owner, quantity, locked, decimals) {
  const units = minorUnits(quantity, decimals);
  const until = locked ? utcSeconds(locked) : undefined;
  const faults = [
    !isAddress(owner) && { row, name: "row-address", value: owner },
    units === null && { row, name: "row-quantity", value: quantity },
    until === null && { row, name: "row-locked", value: locked },
  ].filter(Boolean);
  found.faults.push(...faults);
  if (!faults.length) found.lines.push({ owner, quantity: units, ...(until !== undefined && { locked_until: until }) });
}

function isAddress(text) {
  try {
    addressBytes(text);
    return true;
  } catch {
    return false;
  }
}

function separator(line) {
  return ["\t", ";", ","].find((each) => line.includes(each)) ?? ",";
}

/** A quoted cell may hold the separator; two quotes in it are one. */
function cells(line, mark) {
  const found = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (quoted && char === '"' && line[at + 1] === '"') cell += line[(at += 1)];
    else if (char === '"') quoted = !quoted;
    else if (char === mark && !quoted) found.push(cell.trim()), (cell = "");
    else cell += char;
  }
  return [...found, cell.trim()];
}

function headed(head) {
  const place = (names) => head.findIndex((cell) => names.includes(cell));
  const [owner, quantity, locked] = [place(COLUMNS.owner), place(COLUMNS.quantity), place(COLUMNS.locked)];
  return owner >= 0 && quantity >= 0 ? { owner, quantity, locked: locked < 0 ? Infinity : locked } : null;
}
