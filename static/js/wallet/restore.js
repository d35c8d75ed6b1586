/** A wallet from its backup file, in a browser that did not have it. */
import * as keyring from "../../wallet/keyring.js";
import { chosen } from "./files.js";
import { fault, onSubmit } from "../form.js";
import { link, network } from "./linking.js";

const page = document.querySelector("#restore-wallet");
const form = page.querySelector("form");

onSubmit(form, async () => {
  const { file, passphrase } = form.elements;
  const bytes = await chosen(file);
  const here = await network();
  if (networkOf(bytes) !== here.genesis) throw fault("other-network");
  const wallet = await keyring.add(bytes, passphrase.value).catch(() => {
    throw fault("not-opened");
  });
  await link(page.dataset.links, wallet);
  location.assign(page.dataset.next);
});

/** The genesis that a file says it is of; whether that is true, opening it shows. */
function networkOf(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)).genesis;
  } catch {
    throw fault("not-opened");
  }
}
