/** The page of a draft: what its bytes say, as this browser reads them; a signature; the way to its final block. */
import { basisOf } from "../../wallet/acts.js";
import { collect, noFacts, ownAddresses, Prover } from "../../wallet/facts.js";
import { follow } from "../../wallet/follow.js";
import * as keyring from "../../wallet/keyring.js";
import { NodeClient } from "../../wallet/node.js";
import { rowList } from "../../wallet/review.js";
import { describe } from "../../wallet/sentence.js";
import { parseCanonical } from "../../wallet/encoding.js";
import { attempt, complain } from "../form.js";
import { lacking, signDraft } from "./asking.js";
import { data, said } from "./page.js";
import { isHere } from "./unlock.js";

const page = document.querySelector("#draft");
const button = page.querySelector("[data-sign]");
const draft = data("draft-data");

keyring.watch();
document.addEventListener("wallet", show);
await show();
if (draft.status === "open") await offer();
if (draft.status === "submitted") await watch();

/** The sentence and the table, from the bytes; names only where this wallet's network proves them. */
async function show() {
  const transaction = parseCanonical(new TextEncoder().encode(draft.transaction));
  const [pinned] = await keyring.list();
  const open = await keyring.current();
  const facts = pinned ? await proven(transaction, open ?? pinned, open) : noFacts();
  for (const act of draft.acts) if ((await basisOf(act)) === transaction.body.basis) facts.acts[transaction.body.basis] = act;
  const { rows, sentence, warnings } = describe(transaction, facts);
  page.querySelector("[data-sentence]").textContent = sentence;
  page.querySelector("[data-rows]").replaceChildren(rowList(rows));
  const notices = warnings.map((text) => Object.assign(document.createElement("p"), { className: "notice", textContent: text }));
  page.querySelector("[data-warnings]").replaceChildren(...notices);
}

/** Bare where the portal shows another past: then the page says so. */
async function proven(transaction, pinned, open) {
  const prover = new Prover(new NodeClient(open), pinned);
  try {
    const own = await ownAddresses(pinned.card, draft.institution ? [draft.institution] : [], prover);
    return await collect(transaction, prover, { acts: draft.acts, own });
  } catch (error) {
    complain(page, error);
    return noFacts();
  }
}

async function offer() {
  const mine = draft.may_sign && (await isHere(lacking(draft)));
  if (!button) return;
  const signed = !mine && (await isHere(draft.signatories.flatMap(({ given }) => given)));
  button.hidden = !mine;
  page.querySelector("[data-signed]").hidden = !signed;
  page.querySelector("[data-elsewhere]").hidden = mine || signed;
  page.addEventListener("htmx:afterSettle", goOn);
  button.addEventListener("click", () =>
    attempt(page, button, async () => {
      if (await signDraft(draft, { institution: draft.institution, acts: draft.acts })) location.reload();
    }),
  );
}

/** Somebody else has signed last, or withdrawn it: the whole page is another then; not while something is being read. */
function goOn() {
  const { status } = page.querySelector("[data-status]").dataset;
  if (status !== draft.status && !document.querySelector("dialog[open]")) location.reload();
}

/** Final only when this page has checked the block's certificate; without a wallet here, the portal's word is shown as such. */
async function watch() {
  const place = page.querySelector("[data-standing]");
  const [pinned] = await keyring.list();
  if (!pinned) return;
  try {
    const standing = await follow(draft.id, new Prover(new NodeClient(), pinned), {
      onChange: ({ status }) => (place.textContent = said(status)),
    });
    if (standing.status === "committed") {
      place.textContent = said("verified", { height: standing.height.toLocaleString("en-GB"), signatures: standing.signatures, validators: standing.validators });
      page.dataset.final = "true";
    }
  } catch (error) {
    place.textContent = error.message;
  }
}
