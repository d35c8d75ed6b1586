/** Blocks (protocol.md section 10): is this header final by the signatures of these validators? */

import { Rejected, canonical, digest, digestOf, fromHex, toHex } from "./encoding.js";
import { increasing, verify } from "./keys.js";
import * as merkle from "./merkle.js";
import { address, count, hex32, hex64, integer, listOf, object, positive } from "./schema.js";
import { chain, maybeHex32, nodeName } from "./shapes.js";

/** @typedef {{institution: string, name: string, node_key: string}} Validator */
/** @typedef {{block: string, height: number, precommits: {signature: string, validator: string}[], round: number}} Certificate */
/** @typedef {{chain: string, height: number, next_validators_root: string, previous: string, previous_certificate: string,
 *   proposer: string, state_root: string, time: number, transactions_root: string, validators_root: string, version: number}} Header */

const validator = object({ institution: address, name: nodeName, node_key: hex32 });
const certificateShape = object({
  block: hex32,
  height: count,
  precommits: listOf(object({ signature: hex64, validator: nodeName }), 1, 100),
  round: count,
});
const headerShape = object({
  chain,
  height: integer(1),
  next_validators_root: hex32,
  previous: hex32,
  previous_certificate: maybeHex32,
  proposer: nodeName,
  state_root: hex32,
  time: count,
  transactions_root: hex32,
  validators_root: hex32,
  version: positive,
});

/** The block hash, in hex. @type {(header: Header) => Promise<string>} */
export async function blockHash(header) {
  headerShape(header, "header");
  return digestOf("tallystick/block/1", header);
}

/**
 * What the next header says of this certificate, in hex.
 * @type {(certificate: Certificate) => Promise<string>}
 */
export function certificateDigest(certificate) {
  return digestOf("tallystick/certificate/1", certificate);
}

/** The root over the whole digests of a block, in hex. @type {(wholeDigests: string[]) => Promise<string>} */
export async function transactionsRoot(wholeDigests) {
  return toHex(await merkle.root(wholeDigests.map((each) => fromHex(each, "digests", 32))));
}

/**
 * The root over the validators, in the order of the `network` record, in hex.
 * @type {(validators: Validator[]) => Promise<string>}
 */
export async function validatorsRoot(validators) {
  return toHex(await merkle.root(validators.map((each) => canonical(each))));
}

/**
 * The 32 bytes that a validator's node key signs for a vote; block "" is nil.
 * @type {(vote: {block: string, chain: string, height: number, round: number, type: "prevote" | "precommit", validator: string}) => Promise<Uint8Array>}
 */
export function voteBytes(vote) {
  return digest("tallystick/vote/1", canonical(vote));
}

/**
 * The chain id of the network that starts from this genesis document.
 * @type {(genesis: any) => Promise<string>}
 */
export async function chainId(genesis) {
  return `${genesis.label}-${(await genesisDigest(genesis)).slice(0, 16)}`;
}

/** The genesis digest, in hex. @type {(genesis: any) => Promise<string>} */
export function genesisDigest(genesis) {
  return digestOf("tallystick/genesis/1", genesis);
}

/**
 * Refuses a header that more than two thirds of exactly these validators have not made final.
 * @type {(header: Header, certificate: Certificate, validators: Validator[]) => Promise<void>}
 */
export async function verifyFinal(header, certificate, validators) {
  const hash = await blockHash(header);
  if (header.validators_root !== (await validatorsRoot(validators)))
    throw badBlock("the header is of other validators");
  if (certificate.height !== header.height || certificate.block !== hash)
    throw badBlock("the certificate is of another block");
  await verifyCertificate(certificate, header.chain, validators);
}

/**
 * Refuses a certificate that is not precommits of more than two thirds of these validators.
 * @type {(certificate: Certificate, chain: string, validators: Validator[]) => Promise<void>}
 */
export async function verifyCertificate(certificate, chain, validators) {
  certificateShape(certificate, "certificate");
  listOf(validator, 1, 100)(validators, "validators");
  const { block, height, precommits, round } = certificate;
  if (!increasing(precommits.map((each) => each.validator)))
    throw badBlock("precommits are not sorted, or of one validator twice");
  if (3 * precommits.length <= 2 * validators.length)
    throw badBlock("not more than two thirds of the validators");
  for (const { signature, validator: name } of precommits) {
    const signer = validators.find((each) => each.name === name);
    if (!signer) throw badBlock(`${name} is no validator of this height`);
    const message = await voteBytes({ block, chain, height, round, type: "precommit", validator: name });
    if (!(await verify(fromHex(signer.node_key), message, fromHex(signature)))) {
      throw new Rejected("BAD_SIGNATURE", "certificate.precommits", `${name} did not sign this`);
    }
  }
}

/** @param {string} detail */
function badBlock(detail) {
  return new Rejected("BAD_BLOCK", "certificate", detail);
}
