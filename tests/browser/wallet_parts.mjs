/** Runs in the browser's page: sentences, quantities and the keyring; every function answers with plain data. */

import { generateWallet } from "/static/wallet/backup.js";
import { NotEnough, select } from "/static/wallet/coins.js";
import { utf8 } from "/static/wallet/encoding.js";
import { noFacts } from "/static/wallet/facts.js";
import * as keyring from "/static/wallet/keyring.js";
import { addressIn } from "/static/wallet/payment.js";
import { describe } from "/static/wallet/sentence.js";
import { minorUnits, quantity } from "/static/wallet/shown.js";
import { reasonWords } from "/static/wallet/words/reasons.js";

/** Each transaction in this language's words. */
export function described(transactions, facts, language, now) {
  document.documentElement.lang = language;
  return transactions.map((each) => describe(each, { ...noFacts(), ...facts }, now));
}

export function quantities(pairs) {
  return pairs.map(([minor, decimals]) => quantity(minor, decimals));
}

export function typed(pairs) {
  return pairs.map(([text, decimals]) => minorUnits(text, decimals));
}

/** Made, read back, locked, unlocked, forgotten: what the keyring says at each step. */
export async function keyringStory(network) {
  const file = await generateWallet("first words", network);
  const said = { before: (await keyring.list()).length };
  said.refused = await refusal(() => keyring.add(file, "other words"));
  said.after_refusal = (await keyring.list()).length;
  const wallet = await keyring.add(file, "first words");
  said.open = (await keyring.current())?.address === wallet.address;
  said.extractable = [(await keyring.current()).sign.extractable, (await keyring.current()).seal.privateKey.extractable];
  said.at_rest = await databaseText();
  await keyring.lock();
  said.locked = await keyring.current();
  said.wrong = await refusal(() => keyring.unlock(wallet.address, "other words"));
  await keyring.unlock(wallet.address, "first words");
  said.unlocked = (await keyring.current())?.address === wallet.address;
  said.same_file = new TextDecoder().decode(await keyring.backupOf(wallet.address)) === new TextDecoder().decode(file);
  return { ...said, address: wallet.address };
}

/** Whether a wallet is open here now. */
export async function isOpen() {
  return (await keyring.current()) !== null;
}

export async function afterForgetting(address) {
  await keyring.forget(address);
  return [(await keyring.list()).length, await isOpen()];
}

async function refusal(work) {
  try {
    await work();
    return "";
  } catch (error) {
    return error.reason;
  }
}

/** Everything that stands in IndexedDB as text; handles of keys have none. */
async function databaseText() {
  const database = await new Promise((done) => {
    indexedDB.open("tallystick-wallet").onsuccess = (event) => done(event.target.result);
  });
  const rows = ["files", "sessions"].map((store) => new Promise((done) => {
    database.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result);
  }));
  const text = JSON.stringify(await Promise.all(rows));
  database.close();
  return utf8(text).length < 20_000 ? text : "too long";
}

/** Which outpoints the page would spend for each payment; null where the free coins do not suffice. */
export function selected(payments) {
  return payments.map(({ asset, at, coins, quantity }) => {
    try {
      return select(coins, asset, quantity, at).map(({ outpoint }) => outpoint);
    } catch (error) {
      if (error instanceof NotEnough) return null;
      throw error;
    }
  });
}

/** The address found in each pasted text, or the reason why none is. */
export async function addressesIn(texts) {
  return Promise.all(texts.map(async (each) => {
    let found = "";
    const reason = await refusal(() => (found = addressIn(each)));
    return reason || found;
  }));
}

/** Each refusal, as people read it. */
export function refusalWords(answers, inChinese) {
  return answers.map((each) => reasonWords(each, inChinese));
}
