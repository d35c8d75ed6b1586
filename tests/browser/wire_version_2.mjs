/** Runs in the browser's page: what version 2 added, against kinds_2.json; every function answers with plain data. */

import { fromHex, parseCanonical, toHex } from "/static/wallet/encoding.js";
import * as evidence from "/static/wallet/evidence.js";
import { possessionMessage } from "/static/wallet/governance.js";
import * as light from "/static/wallet/light.js";
import { reasonOf } from "/tests/wire_format.mjs";

/** What the node key signs, and who the evidence is of. */
export async function decoded({ cases, evidence_by: by, frame, node }) {
  const proofs = cases
    .filter(({ builder }) => builder === "evidence")
    .map(({ signed }) => parseCanonical(fromHex(signed)).transaction.body.proof);
  return {
    message: toHex(await possessionMessage(frame.chain, "broker", node.node_key)),
    places: proofs.map(evidence.placeOf),
    by_its_key: await Promise.all(proofs.map((proof) => evidence.areSigned(proof, by.node_key))),
    by_another: await Promise.all(proofs.map((proof) => evidence.areSigned(proof, by.other))),
  };
}

/** The sets of every height from genesis and handovers, and what is refused instead. */
export async function lineages({ lineage: given }) {
  const { certificate, genesis, handovers, header, sets } = given;
  const known = await light.lineage(genesis, handovers);
  const refused = async (...shown) => reasonOf(() => light.lineage(genesis, shown));
  const [first, second, third] = handovers;
  const unknown = await light.lineage(genesis);
  return {
    chain: known.chain,
    sets: sets.map((_, at) => light.validatorsAt(known, at + 1).map(({ name }) => name)),
    final: await reasonOf(() => light.verifyHeader(header, certificate, known)),
    refused: [
      await reasonOf(() => light.verifyHeader(header, certificate, unknown)),
      await reasonOf(() => light.verifyHeader({ ...header, chain: `x-${"0".repeat(16)}` }, certificate, known)),
      await refused(second),
      await refused(first, third),
      await refused(first, first),
      await refused({ ...first, validators: second.validators }),
      await refused({ ...first, certificate: second.certificate }),
      await refused({ ...first, header: { ...first.header, next_validators_root: "ab".repeat(32) } }),
      await refused({
        ...first,
        certificate: { ...first.certificate, precommits: first.certificate.precommits.slice(1) },
      }),
    ],
  };
}
