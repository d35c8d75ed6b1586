/** Holdings: taking back what is still on its way. */
import { Prover } from "../../wallet/facts.js";
import * as keyring from "../../wallet/keyring.js";
import { NodeClient } from "../../wallet/node.js";
import { opened } from "../../wallet/unlock.js";
import { faultWords } from "../../wallet/words/reasons.js";
import { say } from "../said.js";
import { takeBack } from "./moves.js";

const place = document.querySelector("#holdings");
keyring.watch();

place.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cancel]");
  if (!button) return;
  const wallet = await opened();
  if (!wallet) return;
  const prover = new Prover(new NodeClient(wallet), wallet);
  await takeBack(button.dataset.inputs.split(" "), wallet, prover).catch((error) => say(faultWords(error)));
});
