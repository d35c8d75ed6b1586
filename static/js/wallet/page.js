/** The wallets of this browser: unlocked, locked, shown as an address and a QR code, saved again, forgotten. */
import { Prover, ownAddresses } from "../../wallet/facts.js";
import * as keyring from "../../wallet/keyring.js";
import { NodeClient } from "../../wallet/node.js";
import { accepted } from "../../wallet/release.js";
import { short, utc } from "../../wallet/shown.js";
import { say } from "../said.js";
import { save } from "./files.js";
import { fault, onSubmit } from "../form.js";
import { link, links } from "./linking.js";
import { qr } from "./qr.js";

const page = document.querySelector("#wallets");
const list = page.querySelector("[data-list]");

keyring.watch();
document.addEventListener("wallet", draw);
await draw();

/** From what the keyring and the portal say now. */
async function draw() {
  const [entries, open, known] = await Promise.all([keyring.list(), keyring.current(), links(page.dataset.links)]);
  page.dataset.state = entries.length ? "some" : "none";
  const cards = await Promise.all(entries.map((entry) => card(entry, open, known)));
  list.replaceChildren(...cards);
  const here = new Set(entries.map(({ address }) => address));
  elsewhere(known.wallets.filter(({ address }) => !here.has(address)));
  release(await accepted());
}

/** Which code this browser holds the portal to. */
function release(kept) {
  const place = page.querySelector("[data-release]");
  place.hidden = !kept;
  if (!kept) return;
  place.querySelector("[data-digest]").textContent = short(kept.digest);
  place.querySelector("[data-since]").textContent = utc(Math.floor(kept.at / 1000));
}

async function card(entry, open, known) {
  const made = page.querySelector("#wallet-card").content.cloneNode(true).firstElementChild;
  const isOpen = open?.address === entry.address;
  made.dataset.open = isOpen;
  made.dataset.linked = known.wallets.some(({ address }) => address === entry.address);
  made.querySelector("[data-address]").textContent = entry.address;
  made.querySelector("[data-copy]").dataset.copy = entry.address;
  made.querySelector("[data-chain]").textContent = entry.chain;
  made.querySelector("[data-genesis]").textContent = entry.genesis;
  const place = made.querySelector("[data-qr]");
  place.append(qr(entry.address, place.dataset.label));
  await member(made, entry, known.organisation, isOpen ? open : null);
  wire(made, entry, open);
  return made;
}

/** Says for which institution this wallet is one of the signers, if its card shows so. */
async function member(made, entry, { address, name }, open) {
  const prover = new Prover(new NodeClient(open), entry);
  const own = address ? await ownAddresses(entry.card, [address], prover).catch(forked) : [];
  const signsFor = own.includes(address);
  made.querySelector("[data-member]").hidden = !signsFor;
  made.querySelector("[data-institution]").textContent = name;
}

/** The node shows another past than this browser has seen: nothing of it is believed. @param {Error} error */
function forked(error) {
  say(error.message);
  return [];
}

function wire(made, entry, open) {
  const [unlock, forget] = [made.querySelector("form.unlock"), made.querySelector("dialog")];
  onSubmit(unlock, async () => {
    await keyring.unlock(entry.address, unlock.elements.passphrase.value).catch(() => {
      throw fault("not-opened");
    });
  });
  const onClick = (name, work) => made.querySelector(`[data-do=${name}]`).addEventListener("click", work);
  onClick("lock", () => keyring.lock());
  onClick("save", async () => save(await keyring.backupOf(entry.address), entry.address));
  onClick("link", async () => {
    await link(page.dataset.links, open);
    await draw();
  });
  onClick("forget", () => forget.showModal());
  onClick("keep", () => forget.close());
  onSubmit(forget.querySelector("form"), async () => {
    forget.close();
    await keyring.forget(entry.address);
  });
}

/** Wallets that the account has proved to hold in another browser. */
function elsewhere(wallets) {
  const place = page.querySelector("[data-elsewhere]");
  place.hidden = !wallets.length;
  place.querySelector("ul").replaceChildren(
    ...wallets.map(({ address }) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("code"), { className: "whole", textContent: address }));
      return line;
    }),
  );
}
