/** The panel that follows one transaction from pending to final. */
import { setOff } from "../../wallet/dom.js";
import { follow } from "../../wallet/follow.js";
import { words } from "../../wallet/shown.js";
import { reasonWords } from "../../wallet/words/reasons.js";

const panel = document.querySelector("#follow");

/**
 * Submits what was signed, and shows where it stands until that is final.
 * @param {import("../../wallet/shapes.js").Signed} signed
 * @param {import("../../wallet/facts.js").Prover} prover
 * @param {{kind: "move" | "cancel", onCancel: () => void, sentence: string}} about
 */
export async function submit(signed, prover, { kind, onCancel, sentence }) {
  panel.hidden = false;
  panel.dataset.kind = kind;
  panel.querySelector("[data-sentence]").replaceChildren(...setOff(sentence));
  panel.querySelector("[data-cancel-last]").onclick = onCancel;
  const [answer] = await prover.node.submit([signed]);
  show(answer);
  panel.scrollIntoView({ block: "nearest" });
  if (answer.status === "refused") return answer;
  try {
    return await follow(signed, prover, { onChange: show });
  } catch (error) {
    show({ status: "unproven", detail: error.message });
    return { ...answer, status: "unproven" };
  }
}

function show(standing) {
  panel.dataset.standing = standing.status;
  for (const part of panel.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== standing.status || (part.dataset.of ?? panel.dataset.kind) !== panel.dataset.kind;
  }
  const why = reasonWords(standing, words().language === "zh");
  for (const place of panel.querySelectorAll("[data-reason]")) place.textContent = why;
  if (standing.status !== "committed") return;
  const block = panel.querySelector("[data-block]");
  block.textContent = standing.height.toLocaleString("en-GB");
  block.href = `/blocks/${standing.height}/`;
  const signatures = panel.querySelector("[data-signatures]");
  signatures.textContent = signatures.dataset.words.replace("{n}", standing.signatures).replace("{m}", standing.validators);
}
