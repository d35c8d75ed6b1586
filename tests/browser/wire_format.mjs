/** Runs in the browser's page: the wallet's modules against kinds.json; every function answers with plain data. */

import * as acts from "/static/wallet/acts.js";
import * as backup from "/static/wallet/backup.js";
import * as block from "/static/wallet/block.js";
import * as encoding from "/static/wallet/encoding.js";
import * as governance from "/static/wallet/governance.js";
import * as keys from "/static/wallet/keys.js";
import * as sealing from "/static/wallet/sealing.js";
import * as stateproof from "/static/wallet/stateproof.js";
import * as transactions from "/static/wallet/transaction.js";

const { canonical, fromHex, parseCanonical, toHex, utf8 } = encoding;
export const PKCS8 = {
  Ed25519: "302e020100300506032b657004220420",
  X25519: "302e020100300506032b656e04220420",
};

/** "" if the function accepts, the reason if it refuses; anything else than a refusal is a bug and thrown on. */
export async function reasonOf(work) {
  try {
    await work();
    return "";
  } catch (error) {
    if (error instanceof encoding.Rejected) return error.reason;
    throw error;
  }
}

async function privateKey(hex, algorithm, usages) {
  const bytes = fromHex(PKCS8[algorithm] + hex);
  return crypto.subtle.importKey("pkcs8", bytes, algorithm, false, usages);
}

export async function sealPair(privateHex, publicHex) {
  const publicKey = await crypto.subtle.importKey("raw", fromHex(publicHex), "X25519", true, []);
  return { privateKey: await privateKey(privateHex, "X25519", ["deriveBits"]), publicKey };
}

async function signerOf({ card, sign_seed: seed, members }) {
  if (!members) return { card, key: await privateKey(seed, "Ed25519", ["sign"]) };
  const pairs = members.map(async (each) => ({
    member: each.member,
    key: await privateKey(each.sign_seed, "Ed25519", ["sign"]),
  }));
  return { card, members: await Promise.all(pairs) };
}

async function signersOf(names, wallets) {
  return Promise.all(names.map((name) => signerOf(wallets[name])));
}

/** Each case built from its plain parameters, signed with the same seeds. */
export async function builtCases({ cases, frame, wallets }) {
  const answers = [];
  for (const { builder, name, parameters, signed, signers, version } of cases) {
    const builders = builder === "govern" ? governance : acts;
    const act = parameters.act && (await builders[parameters.act.builder](parameters.act.fields));
    const transaction = await transactions[builder](
      frame,
      act ? { ...parameters, act } : parameters,
      version,
    );
    const { notes } = JSON.parse(new TextDecoder().decode(fromHex(signed)));
    const whole = await transactions.signTransaction(transaction, await signersOf(signers, wallets), notes);
    answers.push({
      name,
      canonical: toHex(canonical(transaction)),
      id: await transactions.id(transaction),
      signed: toHex(canonical(whole)),
      whole_digest: await transactions.wholeDigest(whole),
      verdict: await reasonOf(() => transactions.parseSigned(fromHex(signed), { chain: frame.chain })),
      without_notes: await reasonOf(() =>
        transactions.verifySigned({ transaction, witnesses: whole.witnesses }, { committed: true }),
      ),
    });
  }
  return answers;
}

/** The batch signed again from its own transactions: `by` signs all of them once. */
export async function signedBatch({ batch, wallets }, by, others) {
  const tasks = await Promise.all(
    batch.map(async ({ signed }, at) => ({
      transaction: parseCanonical(fromHex(signed)).transaction,
      signers: await signersOf([others[at]], wallets),
    })),
  );
  const [whole] = [await transactions.signBatch(tasks, await signerOf(wallets[by]))];
  return Promise.all(
    whole.map(async (each) => ({
      signed: toHex(canonical(each)),
      verdict: await reasonOf(() => transactions.verifySigned(each)),
    })),
  );
}

/** The reason for each case that must be refused. */
export async function refusals({ refused, frame }) {
  const answers = [];
  for (const { hex, text } of refused) {
    const bytes = hex === undefined ? utf8(text) : fromHex(hex);
    answers.push(await reasonOf(() => transactions.parseSigned(bytes, { chain: frame.chain })));
  }
  return answers;
}

/** Addresses, the long list, the sealed note, genesis, block, certificates and state proofs of kinds.json. */
export async function chain({
  wallets,
  long_list: list,
  note,
  cases,
  genesis,
  block: final,
  state_proofs: state,
}) {
  const outputs = Array.from({ length: list.count }, (_, at) => ({
    asset: list.asset,
    owner: list.owner,
    quantity: at + 1,
  }));
  const cut = await acts.cutList(outputs);
  const { header, certificate, validators } = final;
  const finality = (one) => reasonOf(() => block.verifyFinal(header, one, validators));
  const opened = (proof, root) =>
    reasonOf(() => stateproof.verifyStateProof({ ...proof, size: state.size }, root));
  return {
    addresses: Object.fromEntries(
      await Promise.all(
        Object.entries(wallets).map(async ([name, { card }]) => [name, await keys.address(card)]),
      ),
    ),
    list: { ...cut.list, last_path: cut.chunks.at(-1).path },
    notes: await openedNotes(note, cases, wallets),
    genesis: {
      digest: await block.genesisDigest(genesis.document),
      chain: await block.chainId(genesis.document),
      canonical: toHex(canonical(genesis.document)),
    },
    hash: await block.blockHash(header),
    certificate_digest: await block.certificateDigest(certificate),
    transactions_root: await block.transactionsRoot(final.whole_digests),
    validators_root: await block.validatorsRoot(validators),
    final: await finality(certificate),
    other_header: await reasonOf(() =>
      block.verifyFinal({ ...header, time: header.time + 1 }, certificate, validators),
    ),
    other_validators: await reasonOf(() => block.verifyFinal(header, certificate, validators.slice(0, 3))),
    refused_certificates: await Promise.all(
      final.refused_certificates.map((each) => finality(each.certificate)),
    ),
    digests: await Promise.all(
      state.proofs.map(async ({ entry }) => toHex(await stateproof.entryDigest(entry))),
    ),
    proofs: await Promise.all(state.proofs.map((proof) => opened(proof, state.state_root))),
    forged_proofs: await Promise.all(
      state.proofs.flatMap((proof) => [
        opened({ ...proof, position: proof.position - 1 }, state.state_root),
        opened({ ...proof, path: proof.path.slice(1) }, state.state_root),
        opened({ ...proof, entry: { ...proof.entry, version: 5 } }, state.state_root),
        opened(proof, "00".repeat(32)),
      ]),
    ),
  };
}

async function openedNotes({ case: name, readers }, cases, wallets) {
  const { notes, transaction } = parseCanonical(fromHex(cases.find((each) => each.name === name).signed));
  const frame = { ...transaction, sender: wallets.alice.address };
  const pairs = await Promise.all(
    readers.map((reader) => {
      const { card, members, seal_private: own } = wallets[reader];
      const place = card.cards ? members.find(({ member }) => member === 0) : null;
      return sealPair(own ?? place.seal_private, (card.cards ? card.cards[0] : card).seal);
    }),
  );
  const open = (place, keyPair, given, bound) =>
    sealing.openNote(transaction.body.note, given, place, keyPair, bound);
  return {
    texts: await Promise.all(pairs.map((pair, place) => open(place, pair, notes[place], frame))),
    other_key: await reasonOf(() => open(0, pairs[1], notes[0], frame)),
    other_frame: await reasonOf(() =>
      open(0, pairs[0], notes[0], { ...frame, chain: "demo-0000000000000000" }),
    ),
    altered: await reasonOf(() => open(0, pairs[0], `00${notes[0].slice(2)}`, frame)),
  };
}

/** A wallet made, backed up and opened here: what it signs and seals, for the other side to check. */
export async function ownWallet(passphrase, network, claims, frame, regulator) {
  const file = await backup.generateWallet(passphrase, network);
  const wallet = await backup.openBackup(file, passphrase);
  const self = { card: wallet.card, key: wallet.sign };
  const { issuer, ...claim } = claims;
  const attest = await transactions.attest(frame, {
    ...claim,
    card: wallet.card,
    issuer: issuer.address,
    wallet: wallet.address,
  });
  const transfer = await noted(frame, wallet, regulator);
  const read = await sealing.openNote(transfer.note, transfer.notes[0], 0, wallet.seal, {
    ...transfer.transaction,
    sender: wallet.address,
  });
  const signed = [
    await transactions.signTransaction(attest, [self, await signerOf(issuer)]),
    await transactions.signTransaction(transfer.transaction, [self], transfer.notes),
    ...(await transactions.signBatch(
      [{ transaction: attest }, { transaction: transfer.transaction, notes: transfer.notes }],
      self,
    )),
    await jointly(frame, wallet, issuer),
  ];
  return {
    file: toHex(file),
    card: wallet.card,
    address: wallet.address,
    network: { chain: wallet.chain, genesis: wallet.genesis },
    extractable: [wallet.sign.extractable, wallet.seal.privateKey.extractable],
    signed: signed.map((each) => toHex(canonical(each))),
    read,
    wrong_passphrase: await reasonOf(() => backup.openBackup(file, `${passphrase}!`)),
  };
}

async function noted(frame, wallet, regulator) {
  const inputs = [`${"ab".repeat(32)}:1`];
  const outputs = [{ asset: "DE0007236101.1", owner: wallet.address, quantity: 9_007_199_254_740_991n }];
  const bound = { chain: frame.chain, inputs, outputs, sender: wallet.address };
  const { note, notes } = await sealing.sealNote(
    "Grüße 🤝",
    bound,
    { address: wallet.address, key: wallet.card.seal },
    regulator,
  );
  return { note, notes, transaction: await transactions.transfer(frame, { inputs, note, outputs }) };
}

/** Signed by a joint wallet, 2 of 2, of the new wallet and another. */
async function jointly(frame, wallet, other) {
  const card = await keys.multiCard(2, [wallet.card, other.card]);
  const own = card.cards.findIndex((each) => each.sign === wallet.card.sign);
  const members = [
    { member: own, key: wallet.sign },
    { member: 1 - own, key: (await signerOf(other)).key },
  ];
  return transactions.signTransaction(await transactions.retract(frame, { proposal: "cd".repeat(32) }), [
    { card, members },
  ]);
}

/** A backup file of the other side. */
export async function openedBackup(hex, passphrase) {
  const wallet = await backup.openBackup(fromHex(hex), passphrase);
  return {
    address: wallet.address,
    extractable: [wallet.sign.extractable, wallet.seal.privateKey.extractable],
  };
}

/** Files that no wallet opens. */
export async function refusedBackups(files, passphrase) {
  return Promise.all(files.map((hex) => reasonOf(() => backup.openBackup(fromHex(hex), passphrase))));
}

/** What the builders refuse at once, so that nobody signs it. */
export async function refusedBuilds({ cases, frame }) {
  const of = (name) => structuredClone(cases.find((each) => each.name === name).parameters);
  const { act: registration } = of("propose register");
  const propose = async (fields, body) =>
    transactions.propose(frame, { ...body, act: await acts.register({ ...registration.fields, ...fields }) });
  const { act: _, ...body } = of("propose register");
  const { outputs, inputs } = of("transfer");
  const of_quantity = (quantity) =>
    transactions.transfer(frame, { inputs, outputs: [{ ...outputs[0], quantity }] });
  const refused = {
    "unknown field": () => transactions.revoke(frame, { ...of("revoke"), fee: 1 }, 1),
    "missing field": () =>
      transactions.propose(frame, { act: { act: "suspend", address: body.proposer }, ...body }),
    float: () => of_quantity(1.5),
    "quantity beyond 2^53 - 1": () => of_quantity(2n ** 53n),
    "no notary": () => propose({}, { ...body, notary: undefined }),
    "holders do not add up": () => propose({ quantity: 5 }, body),
    "more than authorised": () => propose({ authorised: 5 }, body),
    "input twice": () => transactions.transfer(frame, { inputs: [inputs[0], inputs[0]], outputs }),
    "valid for two days": () =>
      transactions.retract({ ...frame, expires: frame.from + 172800 }, of("retract")),
  };
  const reasons = Object.entries(refused).map(async ([name, work]) => [name, await reasonOf(work)]);
  return Object.fromEntries(await Promise.all(reasons));
}
