/** The wallet's backup file, as clients/backup.py describes it: both private keys under a passphrase. */

import { Rejected, canonical, concat, equal, fromHex, toHex, utf8 } from "./encoding.js";
import { address, checkCard, singleCard, verify } from "./keys.js";
import { hex32, hex64, integer, object, oneOf, pattern } from "./schema.js";
import { card } from "./shapes.js";

/** @typedef {{card: import("./keys.js").SingleCard, address: string, chain: string, genesis: string, sign: CryptoKey, seal: CryptoKeyPair}} Wallet */

export const FORMAT = "tallystick-backup/1";
export const ITERATIONS = 600_000;
const MOST_ITERATIONS = 10_000_000; // a file that asks for more would only keep the reader busy
const ALGORITHMS = /** @type {const} */ ({ sign: "Ed25519", seal: "X25519" });
const USAGES = {
  sign: /** @type {KeyUsage[]} */ (["sign"]),
  seal: /** @type {KeyUsage[]} */ (["deriveBits"]),
};

const wrapped = object({ iv: pattern(/^[0-9a-f]{24}$/), wrapped: hex64 }); // 48 bytes of PKCS #8 and a tag of 16
const file = object({
  card,
  chain: pattern(/^[a-z0-9-]{1,49}$/),
  format: oneOf(FORMAT),
  genesis: hex32,
  kdf: object({
    hash: oneOf("SHA-256"),
    iterations: integer(ITERATIONS, MOST_ITERATIONS),
    name: oneOf("PBKDF2"),
    salt: pattern(/^[0-9a-f]{32}$/),
  }),
  seal: wrapped,
  sign: wrapped,
});

/**
 * The backup file of a new wallet. Its keys leave this function only inside the file: the wallet opens when the
 * file is read back with its passphrase, so nobody uses a wallet that he has no backup of.
 * @param {string} passphrase
 * @param {{chain: string, genesis: string}} network
 * @returns {Promise<Uint8Array>}
 */
export async function generateWallet(passphrase, { chain, genesis }) {
  const sign = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])
  );
  const seal = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey("X25519", true, ["deriveBits"]));
  const kdf = { hash: "SHA-256", iterations: ITERATIONS, name: "PBKDF2", salt: toHex(random(16)) };
  const own = singleCard(await rawPublic(sign.publicKey), await rawPublic(seal.publicKey));
  const header = { card: own, chain, format: FORMAT, genesis, kdf };
  const key = await wrappingKey(passphrase, kdf, "wrapKey");
  const made = {
    ...header,
    seal: await wrap(seal.privateKey, key, header, "seal"),
    sign: await wrap(sign.privateKey, key, header, "sign"),
  };
  file(made, "backup");
  return canonical(made);
}

/**
 * The wallet in a backup file, its private keys not extractable; Rejected for another passphrase or an altered file.
 * @param {Uint8Array} bytes
 * @param {string} passphrase
 * @returns {Promise<Wallet>}
 */
export async function openBackup(bytes, passphrase) {
  const { seal, sign, ...header } = read(bytes);
  await checkCard(header.card);
  const key = await wrappingKey(passphrase, header.kdf, "unwrapKey");
  const signKey = await unwrap(sign, key, header, "sign");
  const sealKey = await unwrap(seal, key, header, "seal");
  const publicKey = await crypto.subtle.importKey("raw", fromHex(header.card.seal), "X25519", true, []);
  if (!(await signsFor(signKey, header.card.sign)) || !(await agrees(sealKey, publicKey))) {
    throw notOpened("the keys in this backup do not belong to the card that it names");
  }
  const { card: own, chain, genesis } = header;
  return {
    card: own,
    address: await address(own),
    chain,
    genesis,
    sign: signKey,
    seal: { privateKey: sealKey, publicKey },
  };
}

/** @param {Uint8Array} bytes */
function read(bytes) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw notOpened("this is not a wallet backup");
  }
  file(value, "backup");
  return value;
}

/**
 * NFKC: the same passphrase typed on two keyboards may reach us composed or not.
 * @type {(passphrase: string, kdf: {salt: string, iterations: number}, use: KeyUsage) => Promise<CryptoKey>}
 */
async function wrappingKey(passphrase, { salt, iterations }, use) {
  const phrase = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, [
    "deriveKey",
  ]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations };
  return crypto.subtle.deriveKey(derivation, phrase, { name: "AES-GCM", length: 256 }, false, [use]);
}

/**
 * @type {(key: CryptoKey, wrapping: CryptoKey, header: any, name: "seal" | "sign") => Promise<{iv: string, wrapped: string}>}
 */
async function wrap(key, wrapping, header, name) {
  const iv = random(12);
  const bytes = await crypto.subtle.wrapKey("pkcs8", key, wrapping, gcm(iv, header, name));
  return { iv: toHex(iv), wrapped: toHex(new Uint8Array(bytes)) };
}

/**
 * @type {(part: {iv: string, wrapped: string}, wrapping: CryptoKey, header: any, name: "seal" | "sign") => Promise<CryptoKey>}
 */
async function unwrap(part, wrapping, header, name) {
  const parameters = gcm(fromHex(part.iv), header, name);
  try {
    return await crypto.subtle.unwrapKey(
      "pkcs8",
      fromHex(part.wrapped),
      wrapping,
      parameters,
      ALGORITHMS[name],
      false,
      USAGES[name],
    );
  } catch {
    throw notOpened("another passphrase, or a damaged file");
  }
}

/**
 * No part of the file can be exchanged or altered: all of it is bound to each key.
 * @type {(iv: Uint8Array, header: any, name: string) => AesGcmParams}
 */
function gcm(iv, header, name) {
  return { name: "AES-GCM", iv, additionalData: concat(canonical(header), utf8(`\0${name}`)) };
}

/** @type {(key: CryptoKey, publicKey: string) => Promise<boolean>} */
async function signsFor(key, publicKey) {
  const message = random(32);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
  return verify(fromHex(publicKey), message, signature);
}

/** @type {(key: CryptoKey, publicKey: CryptoKey) => Promise<boolean>} */
async function agrees(key, publicKey) {
  const other = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"])
  );
  const secrets = [
    [key, other.publicKey],
    [other.privateKey, publicKey],
  ].map(([own, theirs]) => crypto.subtle.deriveBits({ name: "X25519", public: theirs }, own, 256));
  const [left, right] = await Promise.all(secrets);
  return equal(new Uint8Array(left), new Uint8Array(right));
}

/** @param {CryptoKey} key */
async function rawPublic(key) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

/** @param {number} size */
function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** @param {string} detail */
function notOpened(detail) {
  return new Rejected("MALFORMED", "backup", detail);
}
