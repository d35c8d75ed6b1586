/** Runs in the browser's page: the wallet's modules against primitives.json and the given vectors of others. */

import * as encoding from "/static/wallet/encoding.js";
import * as keys from "/static/wallet/keys.js";
import * as merkle from "/static/wallet/merkle.js";
import * as sealing from "/static/wallet/sealing.js";
import { bech32m } from "/static/vendor/base.mjs";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "/static/vendor/hpke.mjs";
import { PKCS8, reasonOf, sealPair } from "./wire_format.mjs";

const { canonical, fromHex, parseCanonical, toHex, utf8 } = encoding;

/** The primitives of primitives.json. */
export async function primitives(vectors) {
  const texts = vectors.refused_text_ranges
    .flatMap(([low, high]) => [low - 1, low, high, high + 1])
    .filter((code) => code >= 0);
  return {
    canonical: vectors.canonical.map(({ json_text: text }) => toHex(canonical(JSON.parse(text)))),
    read_back: vectors.canonical.map(({ hex }) => toHex(canonical(parseCanonical(fromHex(hex))))),
    refused_json: await Promise.all(
      vectors.refused_json.map((text) => reasonOf(() => parseCanonical(utf8(text)))),
    ),
    texts: await Promise.all(
      texts.map(async (code) => [code, await reasonOf(() => encoding.checkText(String.fromCodePoint(code)))]),
    ),
    digests: await Promise.all(
      vectors.digests.map(async ({ domain, data }) => toHex(await encoding.digest(domain, fromHex(data)))),
    ),
    addresses: await Promise.all(
      [...vectors.cards, ...vectors.multi_cards].map(({ card }) => keys.address(card)),
    ),
    address_bytes: [...vectors.cards, ...vectors.multi_cards].map(({ address }) =>
      toHex(keys.addressBytes(address)),
    ),
    good_cards: await Promise.all(
      [...vectors.cards, ...vectors.multi_cards].map(({ card }) => reasonOf(() => keys.checkCard(card))),
    ),
    refused_cards: await Promise.all(
      vectors.refused_cards.map((card) => reasonOf(() => keys.checkCard(card))),
    ),
    signatures: await Promise.all(
      vectors.signatures.map(({ pk, msg, sig }) => keys.verify(fromHex(pk), fromHex(msg), fromHex(sig))),
    ),
    witnesses: await Promise.all(
      vectors.witnesses.map(({ canonical: text, id }) =>
        reasonOf(() => keys.verifyWitness(JSON.parse(text), fromHex(id))),
      ),
    ),
    note: await primitiveNote(vectors.note),
    merkle: await Promise.all(vectors.merkle.map(trees)),
  };
}

async function primitiveNote({ ciphertexts, note, seal_private: secrets, cards, ...frame }) {
  return Promise.all(
    secrets.map(async (secret, place) =>
      sealing.openNote(
        note,
        ciphertexts[place],
        place,
        await sealPair(secret, await publicOf(secret)),
        frame,
      ),
    ),
  );
}

async function publicOf(secret) {
  const key = await crypto.subtle.importKey("pkcs8", fromHex(PKCS8.X25519 + secret), "X25519", true, [
    "deriveBits",
  ]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return toHex(
    Uint8Array.from(atob(x.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0)),
  );
}

async function trees({ leaves, root, proofs }) {
  const data = leaves.map((leaf) => fromHex(leaf));
  const made = leaves.length ? (await merkle.paths(data)).map((path) => path.map(toHex)) : [];
  const holds = async (at, index, size, hashes) =>
    merkle.inclusion(
      await merkle.leafHash(data[at]),
      index,
      size,
      hashes.map((hash) => fromHex(hash)),
      fromHex(root),
    );
  const every = proofs.map((proof, at) => holds(at, at, leaves.length, proof));
  const none = proofs.flatMap((proof, at) => [
    holds(at, at + 1, leaves.length, proof),
    holds(at, at, leaves.length + 1, [...proof, root]),
    holds(at, at, leaves.length, [...proof, root]),
    holds(at, -1, leaves.length, proof),
  ]);
  return {
    root: toHex(await merkle.root(data)),
    proofs: made,
    hold: await Promise.all(every),
    forged: await Promise.all(none),
  };
}

/** The given vectors of others. */
export async function given({ bech32m: bech, ed25519, hpke, jcs, rfc6962 }) {
  const decodes = (text) => {
    try {
      bech32m.decode(text);
      return true;
    } catch {
      return false;
    }
  };
  return {
    bech32m: { valid: bech.valid.map(decodes), invalid: bech.invalid.map(decodes) },
    ed25519: await Promise.all(
      ed25519.vectors.map(({ pk, msg, sig }) => keys.verify(fromHex(pk), fromHex(msg), fromHex(sig))),
    ),
    hpke: await Promise.all(hpke.vectors.filter(({ aead_id: aead }) => aead === 2).map(openedVector)),
    jcs: await Promise.all(
      Object.values(jcs.cases).map(async ({ input, output_hex: output }) => {
        const reason = await reasonOf(() => canonical(JSON.parse(input)));
        return { reason, same: reason === "" && toHex(canonical(JSON.parse(input))) === output };
      }),
    ),
    rfc6962: await Promise.all(
      rfc6962.roots_by_size.map(async (_, size) =>
        toHex(await merkle.root(rfc6962.leaves.slice(0, size).map((leaf) => fromHex(leaf)))),
      ),
    ),
  };
}

async function openedVector({ enc, encryptions, info, pkRm, skRm }) {
  const pair = await sealPair(skRm, pkRm);
  const first = encryptions[0];
  const opened = await sealing.open(pair, fromHex(enc), fromHex(first.ct), fromHex(info), fromHex(first.aad));
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const context = await suite.createRecipientContext({
    recipientKey: pair,
    enc: fromHex(enc),
    info: fromHex(info),
  });
  const all = [];
  for (const { aad, ct } of encryptions.slice(0, 3))
    all.push(toHex(new Uint8Array(await context.open(fromHex(ct), fromHex(aad)))));
  return { first: opened && toHex(opened), all, expected: encryptions.slice(0, 3).map(({ pt }) => pt) };
}

/** Values that have no canonical form, which JSON cannot even say. */
export async function refusedValues() {
  const values = [
    undefined,
    null,
    NaN,
    Infinity,
    0.5,
    2 ** 53,
    -(2 ** 53),
    2n ** 53n,
    -(2n ** 53n),
    "\ud800",
    "\udc00\ud800",
    () => 1,
    Symbol("x"),
    new Date(0),
    new Map(),
    [undefined],
    [, 1],
    { a: undefined },
    { "\ud800": 1 },
    { a: { b: [null] } },
    new Uint8Array(2),
  ];
  return Promise.all(values.map((value) => reasonOf(() => canonical(value))));
}

/** Values that have one. */
export function acceptedValues() {
  const values = [
    9007199254740991n,
    -9007199254740991n,
    2 ** 53 - 1,
    [],
    {},
    Object.create(null),
    "\u2028\ud83d\ude00",
    { b: 1n, a: [true, false] },
    -0,
  ];
  return values.map((value) => new TextDecoder().decode(canonical(value)));
}
