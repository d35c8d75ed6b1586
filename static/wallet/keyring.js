/**
 * The wallets of this browser. At rest there is only the encrypted backup file of each; while one is unlocked, this
 * tab's session has handles of its keys that no script can read out, until "Lock" or fifteen idle minutes.
 */

import { openBackup } from "./backup.js";
import { toHex, utf8 } from "./encoding.js";
import * as keystore from "./keystore.js";
import { guard, unguard } from "./release.js";

/** @typedef {import("./backup.js").Wallet} Wallet */
/** @typedef {{address: string, card: import("./keys.js").SingleCard, chain: string, genesis: string, file: string}} Entry */

export const IDLE_MS = 15 * 60 * 1000;
const MARKER = "tallystick-session"; // in sessionStorage: this tab's only, gone with it
const TOUCH_MS = 15 * 1000;
const CHECK_MS = 1000;
const ACTIVITY = ["pointerdown", "keydown", "scroll"];

/**
 * The wallets whose backups are on this device, locked or not.
 * @returns {Promise<Entry[]>}
 */
export function list() {
  return keystore.all("files");
}

/**
 * Takes a wallet in by its backup file, read back with its passphrase, and unlocks it.
 * Throws Rejected for another passphrase or an altered file.
 * @param {Uint8Array} fileBytes
 * @param {string} passphrase
 * @returns {Promise<Wallet>}
 */
export async function add(fileBytes, passphrase) {
  const wallet = await openBackup(fileBytes, passphrase);
  const { address, card, chain, genesis } = wallet;
  await keystore.put("files", { address, card, chain, genesis, file: new TextDecoder().decode(fileBytes) });
  await guard();
  return begin(wallet);
}

/**
 * The wallet of this address, unlocked for this tab; Rejected for another passphrase.
 * @param {string} address
 * @param {string} passphrase
 * @returns {Promise<Wallet>}
 */
export async function unlock(address, passphrase) {
  const entry = await keystore.one("files", address);
  if (!entry) throw new Error("this wallet is not on this device");
  return begin(await openBackup(utf8(entry.file), passphrase));
}

/** Forgets the handles of this tab's unlocked wallet; its backup stays. */
export async function lock() {
  const id = sessionStorage.getItem(MARKER);
  sessionStorage.removeItem(MARKER);
  if (id) await keystore.remove("sessions", id);
  say();
}

/**
 * The wallet that is unlocked in this tab, or null: none was, or nobody touched the page for fifteen minutes.
 * @returns {Promise<Wallet | null>}
 */
export async function current() {
  await sweep();
  const id = sessionStorage.getItem(MARKER);
  const session = id && (await keystore.one("sessions", id));
  return session ? session.wallet : null;
}

/**
 * Takes the backup of a wallet off this device, and locks it if it is open here.
 * @param {string} address
 */
export async function forget(address) {
  if ((await current())?.address === address) await lock();
  await keystore.remove("files", address);
  if (!(await list()).length) await unguard();
  say();
}

/**
 * The backup file of a wallet on this device, to save it once more.
 * @param {string} address
 * @returns {Promise<Uint8Array>}
 */
export async function backupOf(address) {
  return utf8((await keystore.one("files", address)).file);
}

/** Locks this tab's wallet when nobody has touched the page for fifteen minutes; call once on every page with a wallet. */
export function watch() {
  void list().then((found) => found.length && guard());
  let touched = Date.now();
  const touch = () => {
    if (Date.now() - touched < TOUCH_MS) return;
    touched = Date.now();
    void prolong();
  };
  for (const event of ACTIVITY) addEventListener(event, touch, { passive: true });
  setInterval(() => {
    if (Date.now() - touched >= IDLE_MS) void sweepAndSay();
  }, CHECK_MS);
}

/** @param {Wallet} wallet */
async function begin(wallet) {
  await sweep();
  const before = sessionStorage.getItem(MARKER);
  if (before) await keystore.remove("sessions", before);
  const id = toHex(crypto.getRandomValues(new Uint8Array(16)));
  await keystore.put("sessions", { id, wallet, used: Date.now() });
  sessionStorage.setItem(MARKER, id);
  say();
  return wallet;
}

async function prolong() {
  await sweepAndSay(); // a computer that slept too long: its first touch does not open what had lapsed
  const id = sessionStorage.getItem(MARKER);
  const session = id && (await keystore.one("sessions", id));
  if (session) await keystore.put("sessions", { ...session, used: Date.now() });
}

/** Removes every session, also of tabs long closed, that was idle too long. */
async function sweep() {
  const idle = (await keystore.all("sessions")).filter(({ used }) => Date.now() - used >= IDLE_MS);
  await Promise.all(idle.map(({ id }) => keystore.remove("sessions", id)));
  return idle.length > 0;
}

async function sweepAndSay() {
  if (await sweep()) say();
}

/** Pages redraw what depends on the wallet: the document hears of every change as `wallet`. */
function say() {
  document.dispatchEvent(new CustomEvent("wallet"));
}
