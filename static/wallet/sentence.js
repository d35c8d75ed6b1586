/**
 * What a person is about to sign, in one sentence and a table, made from the exact bytes and from proven facts only.
 * The portal has no word in it: its sentences are in these files, and what it claims is absent unless it was proven.
 */

import { actPhrase, actRows, actWarnings, governPhrase, governRows } from "./sentence_acts.js";
import { addressRow, amount, amountRow, codeRow, textRow, timeRow, utc, who, words } from "./shown.js";

/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {import("./shapes.js").Transaction} Transaction */
/** @typedef {import("./shapes.js").Output} Output */
/** @typedef {import("./shown.js").Row} Row */
/**
 * @typedef {{title: string, sentence: string, rows: Row[], warnings: string[], blocked: boolean}} Description
 *   `blocked`: nobody should sign this, because what it does cannot be shown
 */

const STALE_SECONDS = 3600;

/**
 * One sentence and a table for a transaction; throws nothing that checkTransaction let pass.
 * @param {Transaction} transaction
 * @param {Facts} facts proven ones, by `facts.js`; what is unknown is shown bare
 * @param {number} [now] UTC seconds
 * @returns {Description}
 */
export function describe(transaction, facts, now = Math.floor(Date.now() / 1000)) {
  const told = TELLERS[transaction.kind]?.(transaction, facts) ?? unknown(transaction);
  const frame = [timeRow(words().labels.validUntil, transaction.expires), codeRow(words().labels.network, transaction.chain)];
  const late = transaction.expires <= now ? [words().warnings.expired] : [];
  const old =
    facts.time !== undefined && facts.time + STALE_SECONDS < now ? [words().warnings.staleProofs(utc(facts.time))] : [];
  const { older } = facts;
  const behind = older ? [words().warnings.oldState(older.height, utc(older.time))] : [];
  return {
    title: told.title,
    sentence: told.sentence,
    rows: [...told.rows, ...frame],
    warnings: [...(told.warnings ?? []), ...late, ...old, ...behind],
    blocked: told.blocked ?? false,
  };
}

/** @typedef {{title: string, sentence: string, rows: Row[], warnings?: string[], blocked?: boolean}} Told */
/** @type {Record<string, (transaction: Transaction, facts: Facts) => Told>} */
const TELLERS = { transfer, propose, approve, refuse, retract, attest, revoke, rotate, govern };

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function transfer({ body, inputs, outputs }, facts) {
  const { labels, transferTo, keep, titles } = words();
  const leaving = outputs.filter(({ owner }) => !facts.own.includes(owner));
  const staying = outputs.filter(({ owner }) => facts.own.includes(owner));
  const parts = [...sums(leaving)].map(([owner, assets]) => ({ owner, said: amounts(assets, facts) }));
  const sentence = parts.length
    ? transferTo(parts.map(({ owner, said }) => ({ amount: said, who: who(owner, facts) })))
    : keep([...sums(staying).values()].map((assets) => amounts(assets, facts)).join(words().comma));
  const rows = [
    ...outputRows(leaving, labels.to, labels.quantity, facts),
    ...staying.map((each) => amountRow(labels.backToYou, amount(each.quantity, each.asset, facts))),
    ...noteRows(body.note, facts),
    textRow(labels.consumes, words().holdings(inputs.length)),
  ];
  return { title: parts.length ? titles.transfer : titles.keep, sentence, rows, warnings: transferWarnings(body, outputs, leaving, facts) };
}

/** @type {(body: any, outputs: Output[], leaving: Output[], facts: Facts) => string[]} */
function transferWarnings(body, outputs, leaving, facts) {
  const { warnings } = words();
  const isins = new Set(outputs.map(({ asset }) => asset.split(".")[0]));
  const labelled = new Set(leaving.map(({ owner }) => owner).filter((owner) => facts.labels[owner]));
  const suspended = leaving.filter(({ owner }) => facts.participants[owner]?.status === "suspended");
  return [
    ...[...isins].filter((isin) => !facts.instruments[isin]).map(warnings.unprovenInstrument),
    ...[...labelled].map((owner) => warnings.label(facts.labels[owner])),
    ...suspended.map(({ owner }) => warnings.suspended(who(owner, facts))),
    ...(body.note && facts.noteText === undefined ? [warnings.strangeNote] : []),
  ];
}

/** @type {(note: any, facts: Facts) => Row[]} */
function noteRows(note, facts) {
  if (!note) return [];
  const { labels, noteFor } = words();
  const readers = note.readers.map((/** @type {any} */ each) => who(each.address, facts)).join(words().comma);
  return [textRow(labels.note, facts.noteText ?? noteFor(readers)), ...note.readers.map(
    (/** @type {any} */ each) => addressRow(labels.noteReader, each.address, facts),
  )];
}

/** @type {(outputs: Output[], to: string, quantity: string, facts: Facts) => Row[]} */
function outputRows(outputs, to, quantity, facts) {
  return outputs.flatMap((each) => [
    addressRow(to, each.owner, facts),
    amountRow(quantity, amount(each.quantity, each.asset, facts)),
  ]);
}

/** By owner, by asset. @param {Output[]} outputs @returns {Map<string, Map<string, bigint>>} */
function sums(outputs) {
  const found = new Map();
  for (const { asset, owner, quantity } of outputs) {
    const assets = found.get(owner) ?? found.set(owner, new Map()).get(owner);
    assets.set(asset, (assets.get(asset) ?? 0n) + BigInt(quantity));
  }
  return found;
}

/** @type {(assets: Map<string, bigint>, facts: Facts) => string} */
function amounts(assets, facts) {
  return [...assets].map(([asset, sum]) => amount(sum, asset, facts)).join(words().comma);
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function propose({ body }, facts) {
  const { labels, titles, proposes } = words();
  const rows = [
    ...actRows(body.act, facts),
    addressRow(labels.proposer, body.proposer, facts),
    ...(body.notary ? [addressRow(labels.notary, body.notary, facts)] : []),
    timeRow(labels.deadline, body.deadline),
  ];
  const sentence = proposes(actPhrase(body.act, facts), body.notary ? who(body.notary, facts) : "");
  return { title: titles.propose[body.act.act], sentence, rows, warnings: actWarnings(body.act, facts) };
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function approve({ body }, facts) {
  const { titles, approves, unknownAct, warnings } = words();
  const act = facts.acts[body.basis];
  return {
    title: titles.approve,
    sentence: approves(words().roles[body.role], act ? actPhrase(act, facts) : unknownAct),
    rows: answerRows(body, act, facts),
    warnings: act ? actWarnings(act, facts) : [warnings.unknownAct],
    blocked: !act,
  };
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function refuse({ body }, facts) {
  const { labels, titles, refuses, unknownAct, warnings } = words();
  const act = facts.acts[body.basis];
  const reason = textRow(labels.reason, `${body.reason.code}: ${body.reason.text}`);
  return {
    title: titles.refuse,
    sentence: refuses(words().roles[body.role], act ? actPhrase(act, facts) : unknownAct, body.reason.text),
    rows: [reason, ...answerRows(body, act, facts)],
    warnings: act ? [] : [warnings.unknownAct],
  };
}

/** @type {(body: any, act: import("./shapes.js").Act | undefined, facts: Facts) => Row[]} */
function answerRows(body, act, facts) {
  const { labels } = words();
  return [
    ...(act ? actRows(act, facts) : []),
    textRow(labels.role, words().roles[body.role]),
    codeRow(labels.proposal, body.proposal),
    codeRow(labels.basis, body.basis),
  ];
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function retract({ body }, facts) {
  const { labels, titles, retracts, unknownAct } = words();
  const act = facts.acts[body.proposal];
  const rows = [...(act ? actRows(act, facts) : []), codeRow(labels.proposal, body.proposal)];
  return { title: titles.retract, sentence: retracts(act ? actPhrase(act, facts) : unknownAct), rows };
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function attest({ body }, facts) {
  const { labels, titles, attests, letsAttest, classes } = words();
  const said = { wallet: who(body.wallet, facts), issuer: who(body.issuer, facts), class: classes[body.class], country: body.country, until: utc(body.until) };
  const rows = [
    addressRow(labels.wallet, body.wallet, facts),
    addressRow(labels.claimIssuer, body.issuer, facts),
    textRow(labels.investorClass, classes[body.class]),
    textRow(labels.country, body.country),
    codeRow(labels.holder, body.holder),
    timeRow(labels.until, body.until),
  ];
  const owner = facts.own.includes(body.wallet) && !facts.own.includes(body.issuer);
  return { title: titles.attest, sentence: (owner ? letsAttest : attests)(said), rows };
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function revoke({ body }, facts) {
  const { labels, titles, revokes } = words();
  const rows = [
    addressRow(labels.wallet, body.wallet, facts),
    addressRow(labels.claimIssuer, body.issuer, facts),
    textRow(labels.reason, body.reason),
  ];
  return { title: titles.revoke, sentence: revokes(who(body.wallet, facts), body.reason), rows };
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function rotate({ body }, facts) {
  const { labels, titles, rotatesCard, rotatesSeal, warnings } = words();
  const wallet = addressRow(labels.wallet, body.wallet, facts);
  if (body.seal) {
    const { epoch, from, key, until } = body.seal;
    const rows = [wallet, textRow(labels.epoch, epoch), codeRow(labels.sealKey, key), timeRow(labels.from, from), timeRow(labels.until, until)];
    return { title: titles.rotateSeal, sentence: rotatesSeal(epoch, who(body.wallet, facts)), rows };
  }
  const rows = [wallet, ...cardRows(body.card)];
  return { title: titles.rotateCard, sentence: rotatesCard(who(body.wallet, facts)), rows, warnings: [warnings.oldKey] };
}

/** @param {import("./keys.js").Card} card @returns {Row[]} */
function cardRows(card) {
  const { labels, mOfN } = words();
  if (card.scheme !== "multi") return [codeRow(labels.signKey, card.sign), codeRow(labels.sealKey, card.seal)];
  return [textRow(labels.card, mOfN(card.m, card.cards.length)), ...card.cards.map((each) => codeRow(labels.signKey, each.sign))];
}

/** @type {(transaction: Transaction, facts: Facts) => Told} */
function govern({ body }, facts) {
  const { labels, titles, governs } = words();
  const signers = body.signers.map((/** @type {string} */ each) => addressRow(labels.signer, each, facts));
  return { title: titles.govern, sentence: governs(governPhrase(body.act, facts)), rows: [...governRows(body.act, facts), ...signers] };
}

/** A kind that no wallet signs, or that these files do not know yet. @param {Transaction} transaction @returns {Told} */
function unknown({ kind }) {
  const { titles, warnings } = words();
  return { title: titles.unknown, sentence: warnings.unknownKind(kind), rows: [], warnings: [warnings.unknownKind(kind)], blocked: true };
}
