/** The form of an amendment: filled with what stands now; what differs from it is what the act says. */
import { AMENDABLE, amend } from "../../wallet/acts.js";
import { sameValue } from "../../wallet/encoding.js";
import * as keyring from "../../wallet/keyring.js";
import { onSubmit } from "../form.js";
import { askFor } from "./asking.js";
import * as checks from "./checks.js";
import { data, ready, said } from "./page.js";
import { rulesPart } from "./rules.js";
import { fillIn, insist, papersPart, termsPart, watch } from "./terms_form.js";
import { unlocked } from "./unlock.js";

const NAMES = ["fisn", "cfi", "lei"];
const form = document.querySelector("#terms-form");
const given = data("form-data");
const { isin, now, version } = given.instrument;
const fields = form.elements;
const rules = rulesPart(form.querySelector("[data-rules]"), () => given.instrument.decimals);
const terms = termsPart(form);
const papers = papersPart(form);

keyring.watch();
watch(form, NAMES);
fill({ ...now, ...given.act });
onSubmit(form, ask);
ready();

function fill(wanted) {
  for (const name of NAMES) fillIn(fields[name], wanted[name]);
  rules.fill(wanted.rules);
  terms.fill(wanted.terms);
  papers.fill(wanted.documents);
}

/** The fields that are to be another than now. */
function changed() {
  insist(NAMES.map((name) => [fields[name], checks[name](fields[name].value)]));
  const names = Object.fromEntries(NAMES.map((name) => [name, fields[name].value]));
  const wanted = { ...names, documents: papers.read(), rules: rules.read(), terms: terms.read() };
  return Object.fromEntries(AMENDABLE.filter((name) => !sameValue(wanted[name], now[name])).map((name) => [name, wanted[name]]));
}

/** New documents are sealed first; those that stand already were, for whoever judged them. */
async function ask() {
  const about = changed();
  if (!Object.keys(about).length) throw new Error(said("nothing-changed"));
  const notary = given.notaries.find(({ address }) => address === fields.notary.value);
  const wallet = await unlocked(given.people);
  if (!wallet) return;
  await papers.handIn([given.institution, given.regulator, notary], { by: given.institution.address, chain: wallet.chain }, wallet);
  await askFor(await amend({ isin, version, ...about }), form, given, wallet);
}
