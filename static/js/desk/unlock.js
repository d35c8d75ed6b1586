/** Whose wallet signs here: one of these people's, which is in this browser or is not. */
import * as keyring from "../../wallet/keyring.js";
import { words } from "../../wallet/shown.js";
import { opened } from "../../wallet/unlock.js";

/**
 * One of these people's wallets, open; null if the person does not unlock it. Throws a sentence if none is here.
 * @param {string[]} people addresses of single cards; empty: any wallet of this browser
 */
export async function unlocked(people) {
  const { notYours, noWallet } = words().review;
  if (!people.length && !(await keyring.list()).length) throw new Error(noWallet);
  if (people.length && !(await isHere(people))) throw new Error(notYours);
  return opened(people.length ? people : undefined);
}

/** Whether any of these people's wallets is in this browser. @param {string[]} people */
export async function isHere(people) {
  return (await keyring.list()).some(({ address }) => people.includes(address));
}
