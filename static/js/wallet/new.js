/** A new wallet: made, saved as a file, and opened only by reading that file back with its passphrase. */
import { generateWallet } from "../../wallet/backup.js";
import { parseCanonical } from "../../wallet/encoding.js";
import * as keyring from "../../wallet/keyring.js";
import { address } from "../../wallet/keys.js";
import { short } from "../../wallet/shown.js";
import { chosen, save } from "./files.js";
import { fault, onSubmit } from "../form.js";
import { link, network } from "./linking.js";

const page = document.querySelector("#new-wallet");
const [choose, readBack] = [page.querySelector("#choose"), page.querySelector("#read-back")];
let made = { address: "", file: new Uint8Array() };

const here = await network();
page.querySelector("[data-chain]").textContent = here.chain;
page.querySelector("[data-genesis]").textContent = here.genesis;

onSubmit(choose, async () => {
  const { passphrase, again } = choose.elements;
  if (passphrase.value !== again.value) throw fault("different");
  const file = await generateWallet(passphrase.value, here);
  made = { address: await address(parseCanonical(file).card), file };
  choose.reset();
  save(made.file, made.address);
  page.querySelector("[data-made]").textContent = short(made.address);
  page.dataset.step = "read-back";
  readBack.querySelector("input").focus();
});

page.querySelector("[data-save]").addEventListener("click", () => save(made.file, made.address));

onSubmit(readBack, async () => {
  const { file, passphrase } = readBack.elements;
  const bytes = await chosen(file);
  if (new TextDecoder().decode(bytes) !== new TextDecoder().decode(made.file)) throw fault("other-file");
  const wallet = await keyring.add(bytes, passphrase.value).catch(() => {
    throw fault("not-opened");
  });
  await link(page.dataset.links, wallet);
  location.assign(page.dataset.next);
});
