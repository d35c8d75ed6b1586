/** What proposals and decisions of the network carry, in a phrase and a table: see sentence.js. */

import { AMENDABLE } from "./acts.js";
import { addressRow, amount, amountRow, codeRow, instrument, money, quantity, textRow, timeRow, utc, who, words } from "./shown.js";

/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {import("./shapes.js").Act} Act */
/** @typedef {import("./shown.js").Row} Row */

/** An act as a noun phrase: "the initial registration of …". @type {(act: Act, facts: Facts) => string} */
export function actPhrase(act, facts) {
  const { acts } = words();
  switch (act.act) {
    case "register":
      return acts.register(`${act.fisn} (${act.isin})`, quantity(act.quantity, act.decimals), holdersIn(act));
    case "increase":
      return acts.increase(amount(act.quantity, act.isin, facts), holdersIn(act));
    case "decrease":
      return acts.decrease(act.outputs.length, burnt(act, facts));
    case "withdraw":
      return act.outputs
        ? acts.withdrawSome(act.outputs.length, burnt(act, facts), act.destination)
        : acts.withdrawAll(instrument(act.isin, facts), act.destination);
    case "amend":
      return acts.amend(instrument(act.isin, facts), amendedNames(act).join(words().comma));
    case "admit":
      return acts.admit(act.name, act.roles.map((/** @type {string} */ role) => words().roles[role]).join(words().comma));
    default:
      return acts.suspend(who(act.address, facts));
  }
}

/** Every field of an act. @type {(act: Act, facts: Facts) => Row[]} */
export function actRows(act, facts) {
  return ROWS[act.act](act, facts);
}

/** What could not be proven about an act. @type {(act: Act, facts: Facts) => string[]} */
export function actWarnings(act, facts) {
  const { warnings } = words();
  const unknown = act.isin && act.act !== "register" && !facts.instruments[act.isin];
  const missing = (act.outputs ?? []).filter((/** @type {string} */ each) => !facts.outputs[each]).length;
  const changed = facts.instruments[act.isin] && act.version && facts.instruments[act.isin].version !== act.version;
  return [
    ...(unknown ? [warnings.unprovenInstrument(act.isin)] : []),
    ...(missing ? [warnings.unprovenOutputs(missing)] : []),
    ...(changed ? [warnings.otherVersion] : []),
  ];
}

/** @type {Record<string, (act: Act, facts: Facts) => Row[]>} */
const ROWS = { register, increase, amend, decrease: burning, withdraw: burning, admit, suspend };

/** @type {(act: Act, facts: Facts) => Row[]} */
function register(act, facts) {
  const { labels, noPar } = words();
  const units = (/** @type {number} */ minor) => quantity(minor, act.decimals);
  return [
    codeRow("ISIN", act.isin),
    textRow(labels.shortName, act.fisn),
    codeRow("CFI", act.cfi),
    codeRow("LEI", act.lei),
    amountRow(labels.quantity, units(act.quantity)),
    amountRow(labels.authorised, units(act.authorised)),
    textRow(labels.decimals, String(act.decimals)),
    textRow(labels.nominal, money(act.nominal, act.currency) || noPar(act.currency)),
    ...WORDED.filter((name) => name === "rules" || act[name].length).flatMap((name) => wordedRows(name, act[name], units, facts)),
    ...holderRows(act, units, facts),
  ];
}

/** Each field as it will be, then what of it goes, if that is proven. @type {(act: Act, facts: Facts) => Row[]} */
function amend(act, facts) {
  const { labels } = words();
  const now = facts.instruments[act.isin]?.value;
  const units = (/** @type {number} */ minor) => quantity(minor, now?.decimals ?? 0);
  const rows = (/** @type {string} */ name, /** @type {any} */ value) => wordedRows(name, value, units, facts);
  return [
    textRow(labels.instrument, instrument(act.isin, facts)),
    textRow(labels.version, String(act.version)),
    ...AMENDABLE.filter((name) => name in act).flatMap((name) => (now ? compared(rows(name, act[name]), rows(name, now[name])) : rows(name, act[name]))),
  ];
}

/** The rows that will be, those that stay marked as such, then those that go. @type {(next: Row[], now: Row[]) => Row[]} */
function compared(next, now) {
  const { labels } = words();
  const has = (/** @type {Row[]} */ rows, /** @type {Row} */ row) => rows.some((each) => each.label === row.label && each.value === row.value);
  return [
    ...next.map((row) => (has(now, row) ? { ...row, label: labels.unchanged(row.label) } : row)),
    ...now.filter((row) => !has(next, row)).map((row) => ({ ...row, label: labels.untilNow(row.label) })),
  ];
}

const WORDED = ["rules", "terms", "documents"];

/** A field of the terms in words; one that is emptied says so. @type {(name: string, value: any, units: (minor: number) => string, facts: Facts) => Row[]} */
function wordedRows(name, value, units, facts) {
  const { amendable, labels, nothing } = words();
  const label = amendable[name][0].toUpperCase() + amendable[name].slice(1);
  if (name === "rules") return ruleRows(value, units, facts);
  if (!WORDED.includes(name)) return [textRow(label, value)];
  if (!value.length) return [textRow(label, nothing)];
  return value.map((/** @type {any} */ each) => (name === "terms" ? textRow(each.label, each.text) : codeRow(labels.document(each.title), each.digest)));
}

/** What an amendment changes, by name. @param {Act} act */
function amendedNames(act) {
  return AMENDABLE.filter((name) => name in act).map((name) => words().amendable[name]);
}

/** @type {(act: Act, facts: Facts) => Row[]} */
function increase(act, facts) {
  const { labels } = words();
  const said = (/** @type {number} */ minor) => amount(minor, act.isin, facts);
  return [
    codeRow("ISIN", act.isin),
    amountRow(labels.further, said(act.quantity)),
    ...(act.authorised ? [amountRow(labels.newAuthorised, said(act.authorised))] : []),
    textRow(labels.version, String(act.version)),
    ...holderRows(act, said, facts),
  ];
}

/** @type {(act: Act, facts: Facts) => Row[]} */
function burning(act, facts) {
  const { labels } = words();
  const outputs = (act.outputs ?? []).flatMap((/** @type {string} */ each) => {
    const known = facts.outputs[each];
    const about = known ? [addressRow(labels.owner, known.owner, facts), amountRow(labels.quantity, amount(known.quantity, known.asset, facts))] : [];
    return [codeRow(labels.output, each), ...about];
  });
  const destination = act.destination ? [textRow(labels.destination, act.destination)] : [];
  return [textRow(labels.instrument, instrument(act.isin, facts)), ...destination, textRow(labels.version, String(act.version)), ...outputs];
}

/** @type {(act: Act, facts: Facts) => Row[]} */
function admit(act, facts) {
  const { labels, mOfN } = words();
  const members = act.card.scheme === "multi" ? [textRow(labels.card, mOfN(act.card.m, act.card.cards.length))] : [];
  return [
    textRow(labels.name, act.name),
    textRow(labels.roles, act.roles.map((/** @type {string} */ role) => words().roles[role]).join(words().comma)),
    ...(act.lei ? [codeRow("LEI", act.lei)] : []),
    addressRow(labels.wallet, act.wallet, facts),
    ...members,
    codeRow(labels.holder, act.holder),
  ];
}

/** @type {(act: Act, facts: Facts) => Row[]} */
function suspend(act, facts) {
  const { labels } = words();
  return [addressRow(labels.participant, act.address, facts), textRow(labels.reason, act.reason)];
}

/** @type {(act: Act, said: (minor: number) => string, facts: Facts) => Row[]} */
function holderRows({ holders, list }, said, facts) {
  const { labels, listOf } = words();
  if (list) return [textRow(labels.firstHolders, listOf(list.chunks)), codeRow(labels.listRoot, list.root)];
  return holders.flatMap((/** @type {import("./acts.js").FirstHolder} */ each) => [
    addressRow(labels.firstHolder, each.owner, facts),
    amountRow(labels.quantity, said(each.quantity)),
    ...(each.locked_until ? [timeRow(labels.lockedUntil, each.locked_until)] : []),
  ]);
}

/** The rules of section 8, each a sentence. @type {(rules: any, units: (minor: number) => string, facts: Facts) => Row[]} */
function ruleRows(rules, units, facts) {
  const { labels, rule, classes } = words();
  const { claims, lock_up, max_holders, max_per_holder } = rules;
  const listed = claims?.classes?.map((/** @type {string} */ each) => classes[each]);
  const said = [
    claims && rule.claims(claims.issuers.map((/** @type {string} */ each) => who(each, facts)).join(words().comma)),
    listed && rule.classes(listed.join(words().comma)),
    claims?.countries && rule.countries(claims.countries.join(words().comma)),
    lock_up && rule.lockUp(utc(lock_up)),
    max_holders && rule.maxHolders(quantity(max_holders)),
    max_per_holder && rule.maxPerHolder(units(max_per_holder)),
  ].filter(Boolean);
  return said.length ? said.map((each) => textRow(labels.rule, each)) : [textRow(labels.rule, rule.none)];
}

/** How many first holders an act names; null where it names a list. @param {Act} act */
function holdersIn({ holders }) {
  return holders ? holders.length : null;
}

/** The sum of what leaves, if every output is proven; else empty. @type {(act: Act, facts: Facts) => string} */
function burnt({ isin, outputs }, facts) {
  const known = outputs.map((/** @type {string} */ each) => facts.outputs[each]);
  if (known.some((/** @type {any} */ each) => !each)) return instrument(isin, facts);
  const sum = known.reduce((/** @type {bigint} */ total, /** @type {any} */ each) => total + BigInt(each.quantity), 0n);
  return amount(sum, isin, facts);
}

/** @type {(act: import("./governance.js").GovernAct, facts: Facts) => string} */
export function governPhrase(act, facts) {
  const { governActs } = words();
  if (act.act === "upgrade") return governActs.upgrade(act.version, act.height);
  if (act.act === "node_key") return governActs.nodeKey(act.name);
  if (act.act === "roles") return governActs.roles(...[act.roles.csd, act.roles.regulator, act.roles.central_bank].map((each) => who(each, facts)));
  return act.add ? governActs.add(act.add.name, who(act.add.institution, facts)) : governActs.remove(act.remove);
}

/** @type {(act: import("./governance.js").GovernAct, facts: Facts) => Row[]} */
export function governRows(act, facts) {
  const { labels } = words();
  if (act.act === "upgrade") return [textRow(labels.protocol, String(act.version)), textRow(labels.fromBlock, String(act.height))];
  if (act.act === "roles")
    return Object.entries(act.roles).map(([role, each]) => addressRow(words().roles[role], each, facts));
  const given = act.add ?? act;
  const institution = given.institution ? [addressRow(labels.institution, given.institution, facts)] : [];
  const key = given.node_key ? [codeRow(labels.nodeKey, given.node_key)] : [];
  return [textRow(labels.validator, given.name ?? act.remove), ...institution, ...key];
}
