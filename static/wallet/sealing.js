/** Sealed notes (protocol.md section 12): HPKE to the receiver and to the regulator, provably the same words. */

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../vendor/hpke.mjs";
import { Rejected, canonical, concat, digest, equal, fromHex, toHex, utf8 } from "./encoding.js";
import { isSealKey } from "./keys.js";

/** @typedef {{address: string, digest: string, enc: string, epoch?: string, length: number}} Reader */
/** @typedef {{commitment: string, readers: Reader[]}} Note */
/** @typedef {{chain: string, inputs: string[], outputs: import("./shapes.js").Output[]}} Frame what a note is bound to */

export const DOMAIN = "tallystick/note/1";
export const RANDOM_BYTES = 32;
export const PADDED_TO = 256;
export const LONGEST = 2048;
export const LONGEST_TEXT = LONGEST - RANDOM_BYTES - 1; // bytes of UTF-8
export const TAG_BYTES = 16; // what AES-GCM adds

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A note for `transfer.body.note` and its ciphertexts, in the readers' order: the receiver, then the regulator.
 * @param {string} text
 * @param {Frame & {sender: string}} frame
 * @param {{address: string, key: string}} receiver with its card's `seal` key
 * @param {{address: string, key: string, epoch: string}} regulator with its seal key of the epoch
 * @returns {Promise<{note: Note, notes: string[]}>}
 */
export async function sealNote(text, frame, receiver, regulator) {
  const plaintext = pad(text);
  const copies = await Promise.all([receiver, regulator].map((reader) => sealTo(reader, plaintext, frame)));
  const commitment = toHex(await digest(DOMAIN, plaintext));
  return {
    note: { commitment, readers: copies.map(({ reader }) => reader) },
    notes: copies.map(({ ciphertext }) => ciphertext),
  };
}

/**
 * The text of a note, for the reader at `place` (0 receiver, 1 regulator); refuses a copy that is not the committed words.
 * @param {Note} note
 * @param {string} ciphertext
 * @param {number} place
 * @param {CryptoKeyPair} keys the reader's X25519 keys; the private one need not be extractable
 * @param {Frame & {sender: string}} frame
 * @returns {Promise<string>}
 */
export async function openNote(note, ciphertext, place, keys, frame) {
  const reader = note.readers[place];
  const bytes = fromHex(ciphertext, `notes[${place}]`);
  await checkCiphertext(reader, bytes, `notes[${place}]`);
  const opened = await open(keys, fromHex(reader.enc), bytes, utf8(DOMAIN), aad(frame, reader.address));
  if (!opened || toHex(await digest(DOMAIN, opened)) !== note.commitment) {
    throw new Rejected(
      "BAD_NOTE",
      `notes[${place}]`,
      "this copy does not hold the words that were committed to",
    );
  }
  return unpad(opened);
}

/**
 * Refuses a note that is not of the form that the law gives it.
 * @param {Note} note
 */
export function checkNote(note) {
  if (note.readers.length !== 2)
    throw badNote("note.readers", "a note has two readers, the receiver and the regulator");
  for (const { enc, length } of note.readers) {
    if (!isSealKey(fromHex(enc)))
      throw badNote("note.readers.enc", "the key is of low order or not in its canonical encoding");
    const padded = length - TAG_BYTES;
    if (padded < PADDED_TO || padded > LONGEST || padded % PADDED_TO || length !== note.readers[0].length) {
      throw badNote(
        "note.readers.length",
        "not the length of a padded note, or not the same for both readers",
      );
    }
  }
}

/**
 * Refuses ciphertexts that are not those that the note announces, in its readers' order.
 * @param {Note} note
 * @param {string[]} notes
 */
export async function checkCiphertexts(note, notes) {
  if (notes.length !== note.readers.length)
    throw badNote("notes", "one ciphertext for each reader is needed");
  for (const [place, reader] of note.readers.entries()) {
    await checkCiphertext(reader, fromHex(notes[place], `notes[${place}]`), `notes[${place}]`);
  }
}

/**
 * The plaintext under HPKE base mode, or null if it does not open.
 * @param {CryptoKeyPair} recipientKey
 * @param {Uint8Array} enc
 * @param {Uint8Array} ciphertext
 * @param {Uint8Array} info
 * @param {Uint8Array} aad
 * @returns {Promise<Uint8Array | null>}
 */
export async function open(recipientKey, enc, ciphertext, info, aad) {
  try {
    const context = await suite.createRecipientContext({ recipientKey, enc, info });
    return new Uint8Array(await context.open(ciphertext, aad));
  } catch {
    return null;
  }
}

/**
 * @type {(reader: {address: string, key: string, epoch?: string}, plaintext: Uint8Array, frame: Frame & {sender: string}) => Promise<{reader: Reader, ciphertext: string}>}
 */
async function sealTo({ address, key, epoch }, plaintext, frame) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(sealKey(key));
  const context = await suite.createSenderContext({ recipientPublicKey, info: utf8(DOMAIN) });
  const ciphertext = new Uint8Array(await context.seal(plaintext, aad(frame, address)));
  const enc = toHex(new Uint8Array(context.enc));
  const reader = { address, digest: toHex(await digest(DOMAIN, ciphertext)), enc, length: ciphertext.length };
  return { reader: epoch === undefined ? reader : { ...reader, epoch }, ciphertext: toHex(ciphertext) };
}

/** Binds a ciphertext to its transaction and its reader: it fits nowhere else. */
function aad(
  /** @type {Frame & {sender: string}} */ { chain, inputs, outputs, sender },
  /** @type {string} */ reader,
) {
  return canonical({ chain, inputs, outputs, receiver: outputs[0].owner, reader, sender });
}

/** @type {(reader: Reader, bytes: Uint8Array, field: string) => Promise<void>} */
async function checkCiphertext(reader, bytes, field) {
  if (bytes.length !== reader.length)
    throw badNote(field, `${bytes.length} bytes; ${reader.length} were announced`);
  if (!equal(await digest(DOMAIN, bytes), fromHex(reader.digest)))
    throw badNote(field, "the digest is another");
}

/** @param {string} text */
function pad(text) {
  if (!text.isWellFormed()) throw badNote("note", "text holds a lone surrogate");
  const words = utf8(text);
  if (words.length > LONGEST_TEXT)
    throw badNote("note", `${words.length} bytes; the limit is ${LONGEST_TEXT}`);
  const used = concat(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)), words, Uint8Array.of(0x80));
  return concat(used, new Uint8Array((PADDED_TO - (used.length % PADDED_TO)) % PADDED_TO));
}

/** @param {Uint8Array} plaintext */
function unpad(plaintext) {
  const end = plaintext.findLastIndex((byte) => byte !== 0);
  if (
    plaintext.length % PADDED_TO ||
    plaintext.length > LONGEST ||
    end < RANDOM_BYTES ||
    plaintext[end] !== 0x80
  ) {
    throw badNote("note", "the plaintext is not padded as the law says");
  }
  try {
    return decoder.decode(plaintext.subarray(RANDOM_BYTES, end));
  } catch {
    throw badNote("note", "the text is not UTF-8");
  }
}

/** @param {string} key */
function sealKey(key) {
  const bytes = fromHex(key, "seal", 32);
  if (!isSealKey(bytes))
    throw new Rejected("BAD_CARD", "seal", "the key is of low order or not in its canonical encoding");
  return bytes;
}

/** @type {(field: string, detail: string) => Rejected} */
function badNote(field, detail) {
  return new Rejected("BAD_NOTE", field, detail);
}
