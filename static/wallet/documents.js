/** Sealed documents (protocol.md section 14): one random content key for the file, sealed by HPKE to each reader. */

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../vendor/hpke.mjs";
import { Rejected, canonical, digest, digestOf, fromHex, toHex, utf8 } from "./encoding.js";
import { isSealKey, makeWitness, verifyWitness } from "./keys.js";
import * as merkle from "./merkle.js";
import { open } from "./sealing.js";

/** @typedef {{address: string, enc: string, key: string, to: string}} Reader */
/** @typedef {{by: string, chain: string, document: string, iv: string, length: number, readers: Reader[], root: string}} Header */
/** @typedef {{card: import("./keys.js").SingleCard, header: Header, signature: string}} Sealed */

export const DOMAIN = "tallystick/sealed/1";
export const DOCUMENT_DOMAIN = "tallystick/document/1";
export const LONGEST = 8_000_000 - 16; // bytes of a file: the ciphertext has a tag more
export const CHUNK_BYTES = 262_144;

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** How an act names a public document. @type {(bytes: Uint8Array) => Promise<string>} */
export async function documentDigest(bytes) {
  return toHex(await digest(DOCUMENT_DOMAIN, bytes));
}

/**
 * Everybody's keys who can open what is sealed for these institutions: of each the seal keys of its people's cards, and
 * the keys that it published for this time.
 * @param {{address: string, card: import("./keys.js").Card, seals?: {from: number, key: string, until: number}[]}[]} institutions
 * @param {number} now UTC seconds
 * @returns {{address: string, to: string}[]} each key once
 */
export function readersOf(institutions, now) {
  const byKey = new Map();
  for (const { address, card, seals = [] } of institutions) {
    const people = card.scheme === "multi" ? card.cards : [card];
    const published = seals.filter(({ from, until }) => from <= now && now < until);
    for (const to of [...published.map(({ key }) => key), ...people.map(({ seal }) => seal)]) {
      if (!byKey.has(to)) byKey.set(to, { address, to });
    }
  }
  return [...byKey.values()];
}

/**
 * What POST /api/documents takes: the file sealed for these readers, signed by the person who hands it in.
 * @param {Uint8Array} bytes
 * @param {{by: string, chain: string}} frame the participant that hands it in
 * @param {{address: string, to: string}[]} readers
 * @param {{card: import("./keys.js").SingleCard, key: CryptoKey}} signer
 * @returns {Promise<{ciphertext: string, sealed: Sealed}>}
 */
export async function sealDocument(bytes, { by, chain }, readers, signer) {
  if (bytes.length < 1 || bytes.length > LONGEST) {
    throw new Rejected("OVERSIZED", "document", `${bytes.length} bytes; a document has 1 to ${LONGEST}`);
  }
  const document = await documentDigest(bytes);
  const content = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", content));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = { by, chain, document };
  const encrypted = await crypto.subtle.encrypt(gcm(iv, bound), content, bytes);
  const ciphertext = new Uint8Array(encrypted);
  const header = {
    ...bound,
    iv: toHex(iv),
    length: ciphertext.length,
    readers: await Promise.all(readers.map((reader) => wrapFor(reader, raw, bound))),
    root: toHex(await merkle.root(cut(ciphertext))),
  };
  const { card, signature } = await makeWitness(signer, fromHex(await digestOf(DOMAIN, header)));
  const sealed = /** @type {Sealed} */ ({ card, header, signature });
  return { ciphertext: toBase64(ciphertext), sealed };
}

/**
 * The file, for one of its readers; refuses a copy that is not the document of this digest.
 * @param {{ciphertext: string, sealed: Sealed}} copy as GET /api/documents/<digest> answers
 * @param {string} document the digest in the act, which the reader knows from the ledger
 * @param {CryptoKeyPair} keys the reader's X25519 keys
 * @returns {Promise<Uint8Array>}
 */
export async function openDocument({ ciphertext, sealed }, document, keys) {
  const { card, header, signature } = sealed;
  await verifyWitness({ card, signature }, fromHex(await digestOf(DOMAIN, header)));
  const bytes = fromBase64(ciphertext);
  if (header.document !== document || toHex(await merkle.root(cut(bytes))) !== header.root) {
    throw broken("the node answered with another document");
  }
  const own = toHex(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  const reader = header.readers.find(({ to }) => to === own);
  if (!reader) throw new Rejected("WRONG_WITNESSES", "readers", "this copy is sealed for others");
  const opened = await decrypt(bytes, header, await unwrap(reader, header, keys));
  if ((await documentDigest(opened)) !== document) {
    throw broken("the file in this copy is not the one that the act names");
  }
  return opened;
}

/** @type {(reader: {address: string, to: string}, raw: Uint8Array, bound: object) => Promise<Reader>} */
async function wrapFor({ address, to }, raw, bound) {
  const key = fromHex(to, "readers.to", 32);
  if (!isSealKey(key)) throw new Rejected("BAD_CARD", "readers.to", "the key of a reader is of low order");
  const recipientPublicKey = await suite.kem.deserializePublicKey(key);
  const context = await suite.createSenderContext({ recipientPublicKey, info: utf8(DOMAIN) });
  const wrapped = new Uint8Array(await context.seal(raw, aad(bound, address, to)));
  return { address, enc: toHex(new Uint8Array(context.enc)), key: toHex(wrapped), to };
}

/** @type {(reader: Reader, header: Header, keys: CryptoKeyPair) => Promise<Uint8Array>} */
async function unwrap({ address, enc, key, to }, { by, chain, document }, keys) {
  const bound = aad({ by, chain, document }, address, to);
  const raw = await open(keys, fromHex(enc), fromHex(key), utf8(DOMAIN), bound);
  if (!raw) throw broken("its key does not open with this wallet's");
  return raw;
}

/** @type {(bytes: Uint8Array, header: Header, raw: Uint8Array) => Promise<Uint8Array>} */
async function decrypt(bytes, { by, chain, document, iv }, raw) {
  try {
    const content = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    const parameters = gcm(fromHex(iv), { by, chain, document });
    return new Uint8Array(await crypto.subtle.decrypt(parameters, content, bytes));
  } catch {
    throw broken("the file was altered after it was sealed");
  }
}

/** @type {(iv: Uint8Array, bound: object) => AesGcmParams} */
function gcm(iv, bound) {
  return { name: "AES-GCM", iv, additionalData: canonical(bound) };
}

/** Binds a key to its document and its reader. @type {(bound: object, reader: string, to: string) => Uint8Array} */
function aad(bound, reader, to) {
  return canonical({ ...bound, reader, to });
}

/** @param {Uint8Array} bytes */
function cut(bytes) {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES));
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  const texts = cut(bytes).map((part) => Array.from(part, (byte) => String.fromCharCode(byte)).join(""));
  return btoa(texts.join(""));
}

/** @param {string} text */
function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw broken("not base64");
  }
}

/** @param {string} detail */
function broken(detail) {
  return new Rejected("MALFORMED", "document", detail);
}
