/** Wallet cards, addresses, witnesses, and the one verdict on signatures (libsodium's): protocol.md section 2. */

import { bech32m } from "../vendor/base.mjs";
import { Rejected, canonical, concat, digest, fromHex, toHex, uint64, utf8 } from "./encoding.js";
import * as merkle from "./merkle.js";

/** @typedef {{scheme: "ed25519+x25519", seal: string, sign: string}} SingleCard */
/** @typedef {{scheme: "multi", m: number, cards: SingleCard[]}} MultiCard */
/** @typedef {SingleCard | MultiCard} Card */
/** @typedef {{hashes: string[], index: number, size: number}} Path */
/** @typedef {{member: number, signature: string}} MemberSignature */
/** @typedef {{card: Card, signature: string | MemberSignature[], path?: Path}} Witness */
/** @typedef {{card: SingleCard, key: CryptoKey} | {card: MultiCard, members: {member: number, key: CryptoKey}[]}} Signer */

export const PREFIX = "tally";
export const MOST_MEMBERS = 16;
export const LARGEST_BATCH = 2 ** 16;

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const ED25519_SMALL_ORDER_Y = [
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];
const X25519_LOW_ORDER_U = [
  0n,
  1n,
  P - 1n,
  0x00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0n,
  0x57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5fn,
];

/**
 * The card of a wallet with one Ed25519 and one X25519 key.
 * @param {Uint8Array} signKey
 * @param {Uint8Array} sealKey
 * @returns {SingleCard}
 */
export function singleCard(signKey, sealKey) {
  return { scheme: "ed25519+x25519", seal: toHex(sealKey), sign: toHex(signKey) };
}

/**
 * The card that `m` of these single cards sign for.
 * @param {number} m
 * @param {SingleCard[]} cards
 * @returns {Promise<MultiCard>}
 */
export async function multiCard(m, cards) {
  const card = {
    scheme: /** @type {const} */ ("multi"),
    m,
    cards: await byAddress(cards, (member) => member),
  };
  await checkCard(card);
  return card;
}

/**
 * Refuses keys of small order or in a second spelling, and members unsorted, doubled or too many.
 * @param {Card} card
 * @param {string} [field]
 */
export async function checkCard(card, field = "card") {
  if (card.scheme !== "multi") {
    if (!isSigningKey(fromHex(card.sign, `${field}.sign`, 32))) throw badCard(`${field}.sign`);
    if (!isSealKey(fromHex(card.seal, `${field}.seal`, 32))) throw badCard(`${field}.seal`);
    return;
  }
  if (card.cards.length < 1 || card.cards.length > MOST_MEMBERS || card.m < 1 || card.m > card.cards.length) {
    throw new Rejected("BAD_CARD", field, `${card.m} of ${card.cards.length} members is not possible`);
  }
  for (const [at, member] of card.cards.entries()) await checkCard(member, `${field}.cards[${at}]`);
  const addresses = await Promise.all(card.cards.map(address));
  if (!increasing(addresses)) {
    throw new Rejected("BAD_CARD", `${field}.cards`, "members are not sorted by address, or doubled");
  }
}

/**
 * The address of the wallet whose first card this is.
 * @param {Card} card
 * @returns {Promise<string>}
 */
export async function address(card) {
  return bech32m.encode(PREFIX, bech32m.toWords(await digest("tallystick/card/1", canonical(card))));
}

/**
 * The 32 bytes of an address in its one spelling, lower case.
 * @param {string} text
 * @param {string} [field]
 * @returns {Uint8Array}
 */
export function addressBytes(text, field = "address") {
  try {
    const { prefix, words } = bech32m.decode(/** @type {`${string}1${string}`} */ (text));
    const bytes = bech32m.fromWords(words);
    if (prefix === PREFIX && bytes.length === 32 && text === text.toLowerCase()) return bytes;
  } catch {
    // the sentence below says it all
  }
  throw new Rejected("MALFORMED", field, `not an address: ${PREFIX}1… of 32 bytes in lower case`);
}

/**
 * Whether libsodium accepts this Ed25519 signature: WebCrypto's verdict, and its gaps closed beforehand.
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @returns {Promise<boolean>}
 */
export async function verify(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isSigningKey(publicKey) || !isSigningKey(signature.subarray(0, 32))) return false;
  if (littleEndian(signature.subarray(32)) >= ORDER) return false;
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

/**
 * The message that a witness signs for one transaction id, or, with a path, for its whole batch.
 * @param {Uint8Array} id
 * @param {Path} [path]
 * @returns {Promise<Uint8Array>}
 */
export async function signedMessage(id, path) {
  if (path === undefined) return concat(utf8("tallystick/signature/1\0"), id);
  const hashes = path.hashes.map((hash) => fromHex(hash, "witnesses.path.hashes", 32));
  const root =
    path.size <= LARGEST_BATCH
      ? await merkle.rootFromPath(await merkle.leafHash(id), path.index, path.size, hashes)
      : null;
  if (root === null)
    throw new Rejected("BAD_WITNESS", "witnesses.path", "the path fits no batch of this size");
  return concat(utf8("tallystick/batch/1\0"), uint64(path.size), root);
}

/**
 * One wallet's consent to a transaction id; a signer of a multi card gives exactly m members' keys.
 * @param {Signer} signer
 * @param {Uint8Array} id
 * @param {Path} [path]
 * @returns {Promise<Witness>}
 */
export async function makeWitness(signer, id, path) {
  const message = await signedMessage(id, path);
  const signature =
    "members" in signer ? await memberSignatures(signer.members, message) : await sign(signer.key, message);
  return { card: signer.card, signature, ...(path && { path }) };
}

/**
 * Refuses a witness whose card does not sign this transaction id, or not in the one allowed form.
 * @param {Witness} witness
 * @param {Uint8Array} id
 */
export async function verifyWitness({ card, signature, path }, id) {
  await checkCard(card, "witnesses.card");
  const message = await signedMessage(id, path);
  if (card.scheme !== "multi") {
    if (typeof signature !== "string") throw badWitness("a single card gives one signature");
    await checkSignature(card, signature, message);
    return;
  }
  if (typeof signature === "string") throw badWitness("a multi card gives a list of its members' signatures");
  const members = signature.map(({ member }) => member);
  if (members.length !== card.m || !increasing(members)) {
    throw badWitness(`exactly ${card.m} members sign, sorted, each once`);
  }
  if (members[members.length - 1] >= card.cards.length) throw badWitness("there is no such member");
  for (const { member, signature: own } of signature) await checkSignature(card.cards[member], own, message);
}

/**
 * Whether X25519 with this key agrees on a secret: 32 bytes in their one spelling, not of low order.
 * @param {Uint8Array} bytes
 */
export function isSealKey(bytes) {
  const u = littleEndian(bytes);
  return bytes.length === 32 && u < P && !X25519_LOW_ORDER_U.includes(u);
}

/**
 * The same items in the order of the addresses of their cards.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Card} cardOf
 * @returns {Promise<T[]>}
 */
export async function byAddress(items, cardOf) {
  const keyed = await Promise.all(items.map(async (item) => ({ item, key: await address(cardOf(item)) })));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ item }) => item);
}

/**
 * Whether every item is greater than the one before it.
 * @param {(string | number)[]} items
 */
export function increasing(items) {
  return items.every((item, at) => at === 0 || items[at - 1] < item);
}

/** @type {(key: CryptoKey, message: Uint8Array) => Promise<string>} */
async function sign(key, message) {
  return toHex(new Uint8Array(await crypto.subtle.sign("Ed25519", key, message)));
}

/**
 * @type {(members: {member: number, key: CryptoKey}[], message: Uint8Array) => Promise<MemberSignature[]>}
 */
async function memberSignatures(members, message) {
  const sorted = [...members].sort((left, right) => left.member - right.member);
  return Promise.all(
    sorted.map(async ({ member, key }) => ({ member, signature: await sign(key, message) })),
  );
}

/** @type {(card: SingleCard, signature: string, message: Uint8Array) => Promise<void>} */
async function checkSignature(card, signature, message) {
  const bytes = fromHex(signature, "witnesses.signature", 64);
  if (!(await verify(fromHex(card.sign), message, bytes))) {
    throw new Rejected("BAD_SIGNATURE", "witnesses", "the signature does not verify");
  }
}

/** Whether Ed25519 bytes are canonical and not of small order: WebCrypto alone accepts what libsodium refuses. */
function isSigningKey(/** @type {Uint8Array} */ bytes) {
  const y = littleEndian(bytes) & (2n ** 255n - 1n); // the top bit is x's sign
  return bytes.length === 32 && y < P && !ED25519_SMALL_ORDER_Y.includes(y);
}

/** @param {Uint8Array} bytes */
function littleEndian(bytes) {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse()) || "0"}`);
}

/** @param {string} field */
function badCard(field) {
  return new Rejected("BAD_CARD", field, "the key is of small order or not in its canonical encoding");
}

/** @param {string} detail */
function badWitness(detail) {
  return new Rejected("BAD_WITNESS", "witnesses", detail);
}
