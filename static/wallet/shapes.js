/** The shape of everything that travels signed: cards, witnesses, outputs, acts and kinds (protocol.md sections 2, 3, 6, 7). */

import { Rejected } from "./encoding.js";
import {
  address,
  count,
  hex32,
  hex64,
  integer,
  listOf,
  malformed,
  object,
  oneOf,
  optional,
  pattern,
  positive,
  sortedListOf,
  text,
  variant,
} from "./schema.js";

/** @typedef {{for: string, kind: "allotment"}} Hold */
/** @typedef {{asset: string, owner: string, quantity: number, hold?: Hold, locked_until?: number}} Output */
/** @typedef {Record<string, any>} Act */
/** @typedef {{body: any, chain: string, expires: number, from: number, inputs: string[], kind: string, outputs: Output[]}} Transaction */
/** @typedef {{transaction: Transaction, witnesses: import("./keys.js").Witness[], notes?: string[]}} Signed */

export const INPUTS_MAX = 256;
export const OUTPUTS_MAX = 1000;
export const WITNESSES_MAX = 64;
export const CHUNKS_MAX = 2000; // a holders' list of a million rows
/** ISO 20022 reasons that a refusal may give. */
export const REFUSAL_CODES =
  "BLOC DQUA DSEC FLIM LACK LATE NARR OTHR PODU PRSY REFE REGD RSTR SAFE".split(" ");
export const PARTICIPANT_ROLES = [
  "bank",
  "broker",
  "ccp",
  "central_bank",
  "claim_issuer",
  "csd",
  "exchange",
  "issuer",
  "notary",
  "observer",
  "regulator",
];

const name = text(120);
const words = text(500);
const isin = pattern(/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/);
const lei = pattern(/^[A-Z0-9]{18}[0-9]{2}$/);
const asset = pattern(/^[A-Z]{2}[A-Z0-9]{9}[0-9]\.[1-9][0-9]{0,5}$/);
const outpoint = pattern(/^[0-9a-f]{64}:(?:0|[1-9][0-9]{0,3})$/);
const holder = pattern(/^[0-9a-f]{32}$/);
const country = pattern(/^[A-Z]{2}$/);
const epoch = pattern(/^[0-9]{4}Q[1-4]$/);
const investorClass = oneOf("ELIG", "PROF", "RETL");
const approverRole = oneOf("notary", "regulator");

const single = object({ scheme: oneOf("ed25519+x25519"), seal: hex32, sign: hex32 });
export const card = variant("scheme", {
  "ed25519+x25519": single,
  multi: object({ scheme: oneOf("multi"), m: positive, cards: listOf(single, 0, 64) }), // checkCard has the limits
});
const path = object({ hashes: listOf(hex32, 0, 16), index: count, size: integer(1, 2 ** 16) });
const members = listOf(object({ member: count, signature: hex64 }), 0, 64);
const witness = object({
  card,
  signature: (value, field) => (Array.isArray(value) ? members : hex64)(value, field),
  path: optional(path),
});

const hold = object({ for: address, kind: oneOf("allotment") });
export const output = object({
  asset,
  owner: address,
  quantity: positive,
  hold: optional(hold),
  locked_until: optional(count),
});
const firstHolder = object({ owner: address, quantity: positive, locked_until: optional(count) });
const firstHolders = {
  holders: optional(listOf(firstHolder, 1, OUTPUTS_MAX)),
  list: optional(object({ chunks: integer(1, CHUNKS_MAX), root: hex32 })),
};
const outpoints = sortedListOf(outpoint, 1, INPUTS_MAX);
const rules = object({
  claims: optional(
    object({
      issuers: listOf(address, 1, 8),
      classes: optional(listOf(investorClass, 1, 3)),
      countries: optional(listOf(country, 1, 250)),
    }),
  ),
  lock_up: optional(count),
  max_holders: optional(positive),
  max_per_holder: optional(positive),
});

const cfi = pattern(/^[A-Z]{6}$/);
const documents = listOf(object({ digest: hex32, title: name }), 0, 32);
const fisn = text(35);
const terms = listOf(object({ label: name, text: words }), 0, 16);

const acts = {
  register: object({
    act: oneOf("register"),
    authorised: positive,
    cfi,
    currency: pattern(/^[A-Z]{3}$/),
    decimals: integer(0, 8),
    documents,
    fisn,
    isin,
    lei,
    nominal: count,
    quantity: positive,
    rules,
    terms,
    ...firstHolders,
  }),
  increase: object({
    act: oneOf("increase"),
    authorised: optional(positive),
    isin,
    quantity: positive,
    version: positive,
    ...firstHolders,
  }),
  decrease: object({ act: oneOf("decrease"), isin, outputs: outpoints, version: positive }),
  withdraw: object({
    act: oneOf("withdraw"),
    destination: words,
    isin,
    outputs: optional(outpoints),
    version: positive,
  }),
  admit: object({
    act: oneOf("admit"),
    card,
    holder,
    lei: optional(lei),
    name,
    roles: sortedListOf(oneOf(...PARTICIPANT_ROLES), 1, 11),
    wallet: address,
  }),
  suspend: object({ act: oneOf("suspend"), address, reason: words }),
  amend: object({
    act: oneOf("amend"),
    cfi: optional(cfi),
    documents: optional(documents),
    fisn: optional(fisn),
    isin,
    lei: optional(lei),
    rules: optional(rules),
    terms: optional(terms),
    version: positive,
  }),
};
export const act = variant("act", acts);

export const nodeName = pattern(/^[a-z][a-z0-9_]{0,31}$/);
export const maybeHex32 = pattern(/^(?:[0-9a-f]{64})?$/);
const possessed = { name: nodeName, node_key: hex32, proof: hex64 };
export const governAct = variant("act", {
  upgrade: object({ act: oneOf("upgrade"), height: positive, version: positive }),
  validators: object({
    act: oneOf("validators"),
    add: optional(object({ institution: address, ...possessed })),
    remove: optional(nodeName),
  }),
  node_key: object({ act: oneOf("node_key"), ...possessed }),
  roles: object({
    act: oneOf("roles"),
    roles: object({ central_bank: address, csd: address, regulator: address }),
  }),
});

const anyChain = pattern(/^[^]*$/); // checkConflict wants this one
const place = { chain: anyChain, height: count, round: count };
const vote = object({
  ...place,
  block: maybeHex32,
  type: oneOf("prevote", "precommit"),
  validator: nodeName,
});
const offer = object({ ...place, block: hex32, pol_round: integer(-1), proposer: nodeName });
const signedVote = object({ signature: hex64, vote });
const signedOffer = object({ proposal: offer, signature: hex64 });
const proof = variant("type", {
  votes: object({ type: oneOf("votes"), first: signedVote, second: signedVote }),
  proposals: object({ type: oneOf("proposals"), first: signedOffer, second: signedOffer }),
});

const note = object({
  commitment: hex32,
  readers: listOf(
    object({ address, digest: hex32, enc: hex32, epoch: optional(epoch), length: positive }),
    0,
    16,
  ), // checkNote wants two
});
const approval = { basis: hex32, proposal: hex32, role: approverRole };
const claim = { issuer: address, topic: oneOf("identity"), wallet: address };
const newCard = object({ card, wallet: address });
const seal = object({ epoch, from: count, key: hex32, until: count });
const newSeal = object({ seal, wallet: address });

/** The body of every kind. @type {Record<string, import("./schema.js").Check>} */
export const bodies = {
  transfer: object({ note: optional(note) }),
  propose: object({ act, deadline: count, notary: optional(address), proposer: address }),
  approve: object(approval),
  refuse: object({ ...approval, reason: object({ code: oneOf(...REFUSAL_CODES), text: words }) }),
  retract: object({ proposal: hex32 }),
  attest: object({ ...claim, card, class: investorClass, country, holder, until: count }),
  revoke: object({ ...claim, reason: words }),
  rotate: (value, field) =>
    (value && typeof value === "object" && "seal" in value ? newSeal : newCard)(value, field),
  govern: object({ act: governAct, signers: sortedListOf(address, 1, WITNESSES_MAX) }),
  evidence: object({ proof }),
  allot: object({ path: listOf(hex32, 0, 16), proposal: hex32 }),
};

export const chain = pattern(/^[a-z0-9][a-z0-9-]{0,31}-[0-9a-f]{16}$/);
const frame = object({
  body: () => {},
  chain,
  expires: count,
  from: count,
  inputs: listOf(pattern(/^[\x21-\x7e]{1,255}$/), 0, INPUTS_MAX),
  kind: oneOf(...Object.keys(bodies)),
  outputs: listOf(output, 0, OUTPUTS_MAX),
});

/**
 * Refuses a transaction that is not of the shape of its kind.
 * @param {any} transaction
 */
export function checkShape(transaction) {
  if (typeof transaction?.kind === "string" && !Object.hasOwn(bodies, transaction.kind))
    throw new Rejected("UNKNOWN_KIND", "kind", "the network has no such kind");
  frame(transaction, "transaction");
  bodies[transaction.kind](transaction.body, "transaction.body");
}

const signed = object({
  notes: optional(listOf(pattern(/^(?:[0-9a-f]{2}){1,2064}$/), 1, 2)),
  transaction: checkShape,
  witnesses: listOf(witness, 0, WITNESSES_MAX),
});

/**
 * Refuses a signed transaction that is not of the shape of the wire.
 * @param {any} value
 */
export function checkSigned(value) {
  if (value?.transaction === undefined) malformed("transaction", "the field is missing");
  signed(value, "signed");
}
