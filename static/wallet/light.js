/** Light verification (protocol.md section 11): from genesis and a few headers to the validators of every height. */

import { chainId, validatorsRoot, verifyFinal } from "./block.js";
import { Rejected } from "./encoding.js";

/** @typedef {import("./block.js").Validator} Validator */
/** @typedef {import("./block.js").Header} Header */
/** @typedef {import("./block.js").Certificate} Certificate */
/** @typedef {{certificate: Certificate, header: Header, validators: Validator[]}} Handover */
/** @typedef {{chain: string, sets: {from: number, validators: Validator[]}[]}} Lineage */

/**
 * The sets since genesis, once each was introduced by the one before; the handovers in order of height.
 * @type {(genesis: any, handovers?: Handover[]) => Promise<Lineage>}
 */
export async function lineage(genesis, handovers = []) {
  /** @type {Lineage} */
  const known = { chain: await chainId(genesis), sets: [{ from: 1, validators: genesis.validators }] };
  for (const { certificate, header, validators } of handovers) {
    if (header.height < known.sets[known.sets.length - 1].from) throw bad("the handovers are not in order");
    await verifyHeader(header, certificate, known);
    if (header.next_validators_root !== (await validatorsRoot(validators)))
      throw bad("the header introduces other validators");
    known.sets.push({ from: header.height + 1, validators });
  }
  return known;
}

/** Who votes at this height, as far as the handovers tell. @type {(known: Lineage, height: number) => Validator[]} */
export function validatorsAt(known, height) {
  const upTo = known.sets.filter(({ from }) => from <= height);
  if (!upTo.length) throw bad("heights begin with 1");
  return upTo[upTo.length - 1].validators;
}

/**
 * Refuses a header that more than two thirds of the validators of its height have not made final.
 * @type {(header: Header, certificate: Certificate, known: Lineage) => Promise<void>}
 */
export async function verifyHeader(header, certificate, known) {
  if (header.chain !== known.chain) throw bad("the header is another chain's");
  await verifyFinal(header, certificate, validatorsAt(known, header.height));
}

/** @param {string} detail */
function bad(detail) {
  return new Rejected("BAD_BLOCK", "certificate", detail);
}
