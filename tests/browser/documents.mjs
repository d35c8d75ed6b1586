/** Runs in the browser's page: sealed documents, with plain data in and out. */

import { openDocument, readersOf, sealDocument } from "/static/wallet/documents.js";
import { Rejected, digestOf, fromHex } from "/static/wallet/encoding.js";
import { makeWitness } from "/static/wallet/keys.js";
import { PKCS8, sealPair } from "./wire_format.mjs";

const CHAIN = "demo-abababababababab";

function bytesOf(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

async function signerOf({ card, seed }) {
  const key = await crypto.subtle.importKey("pkcs8", fromHex(PKCS8.Ed25519 + seed), "Ed25519", false, ["sign"]);
  return { card, key };
}

export async function seal(file, by, readers, signer) {
  const keys = readersOf(readers, 0);
  return sealDocument(bytesOf(file), { by, chain: CHAIN }, keys, await signerOf(signer));
}

export async function open(copy, document, privateHex, publicHex) {
  try {
    const bytes = await openDocument(copy, document, await sealPair(privateHex, publicHex));
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  } catch (error) {
    if (error instanceof Rejected) return `refused: ${error.reason}`;
    throw error;
  }
}

/** As a dishonest issuer would: an honest seal, then another digest in the header, signed again. */
export async function sealUnder(document, by, readers, signer) {
  const copy = await sealDocument(Uint8Array.of(1, 2, 3), { by, chain: CHAIN }, readersOf(readers, 0), await signerOf(signer));
  const header = { ...copy.sealed.header, document };
  const witness = await makeWitness(await signerOf(signer), fromHex(await digestOf("tallystick/sealed/1", header)));
  return { ...copy, sealed: { ...witness, header } };
}
