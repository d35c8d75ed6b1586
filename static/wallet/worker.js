/**
 * Stands between this browser and the portal once there is a wallet here: no page runs a script that is not, byte for
 * byte, in the release that its owner accepted. A file of its own that imports nothing, so that it is read in one go.
 * What it cannot do: docs/operations.md, "The wallet's release".
 */
"use strict";

const LIST = "/wallet/release.txt";
const ABOUT = "/wallet/release/"; // opened without a question, so that digests can be compared
const ACCEPT = "/wallet/release/acceptance/"; // these two are answered here, never by the portal
const REFUSED = "/wallet/release/refused/";
const DATABASE = "tallystick-wallet"; // keystore.js makes it
const CODE = new Set(["script", "worker", "sharedworker", "audioworklet", "paintworklet"]);
// Beside whatever policy the portal sends or leaves out: code comes in files that pass through here, or not at all.
const POLICY = "script-src 'self'; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'";

/** @typedef {{name: string, text: string, digest: string, files: Record<string, string>, at: number}} Release */

self.addEventListener("install", (event) => event.waitUntil(pinFirst()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { destination, mode } = event.request;
  if (mode === "navigate") event.respondWith(page(event.request));
  else if (CODE.has(destination)) event.respondWith(script(event));
});
self.registration.addEventListener("updatefound", () => void replaced());

/** The first release that a browser sees is believed; every later one is asked about. */
async function pinFirst() {
  if (await kept("accepted")) return;
  const offer = await offered();
  if (!offer) throw new Error("the portal shows no release");
  await keep({ ...offer, name: "accepted" });
}

/** @param {Request} request */
async function page(request) {
  const { pathname } = new URL(request.url);
  if (pathname === REFUSED) return refusal();
  if (pathname === ACCEPT) return acceptance(request);
  if (request.method !== "GET" || pathname === ABOUT) return guarded(await fetch(request));
  const [answer, offer, accepted] = await Promise.all([fetch(request), offered(), kept("accepted")]);
  return offer && accepted && offer.digest !== accepted.digest ? question(accepted, offer, request.url) : guarded(answer);
}

/** The portal's page under our policy too. @param {Response} answer */
function guarded(answer) {
  if (answer.type !== "basic") return answer; // a redirect that the browser follows, and asks again
  const { body, status, statusText } = answer;
  const headers = new Headers(answer.headers);
  headers.append("Content-Security-Policy", POLICY);
  return new Response(body, { headers, status, statusText });
}

/** The script, if its bytes are the accepted ones. @param {FetchEvent} event */
async function script(event) {
  const accepted = await kept("accepted");
  if (!accepted) return fetch(event.request);
  const { origin, pathname } = new URL(event.request.url);
  const path = origin === self.location.origin ? pathname.slice(1) : event.request.url;
  const expected = accepted.files[path];
  if (!expected) return refused(event, { path, expected: "", got: "" });
  for (const cache of ["default", "reload"]) { // what the browser kept of a file may be older than what was accepted
    const answer = await fetch(event.request, { cache });
    if (!answer.ok) return answer; // nothing runs; a portal that is down is not one that cheats
    const bytes = await answer.arrayBuffer();
    const got = await digestOf(bytes);
    if (got === expected) return new Response(bytes, { headers: { "Content-Type": "text/javascript; charset=utf-8" } });
    if (cache === "reload") return refused(event, { path, expected, got });
  }
}

/** Nothing runs, wallets lock, and the page gives way to a sentence; to the question, where there is a new release. */
async function refused(event, found) {
  await Promise.all([keep({ ...found, name: "refused", at: Date.now() }), lock()]);
  const [client, offer, accepted] = await Promise.all([self.clients.get(event.clientId), offered(), kept("accepted")]);
  const isNew = offer && offer.digest !== accepted.digest && new URL(client?.url ?? LIST, self.location.origin).pathname !== ABOUT;
  if (isNew) void client?.navigate(client.url);
  else if (!offer || offer.digest === accepted.digest) void client?.navigate(REFUSED);
  return Response.error();
}

/** The portal serves other bytes as this very worker, or a worker of no accepted release. */
async function replaced() {
  const { active, installing } = self.registration;
  if (!active || !installing || active.scriptURL !== self.location.href) return;
  const path = new URL(installing.scriptURL).pathname.slice(1);
  const accepted = await kept("accepted");
  if (installing.scriptURL !== self.location.href && accepted?.files[path]) return;
  await Promise.all([keep({ name: "refused", path, expected: accepted?.files[path] ?? "", got: "", at: Date.now() }), lock()]);
  for (const client of await self.clients.matchAll({ type: "window" })) void client.navigate(REFUSED);
}

/** Old digest, new digest, and a button that only this page has. @param {Release} accepted @param {Release} offer @param {string} next */
async function question(accepted, offer, next) {
  const token = hex(crypto.getRandomValues(new Uint8Array(16)));
  await Promise.all([keep({ ...offer, name: "question", token, next }), lock()]);
  const said = await words();
  const lines = [digestLine(said.accepted, accepted.digest), digestLine(said.offered, offer.digest)];
  return sheet(said, said.newTitle, `<p>${said.newLead}</p><dl>${lines.join("")}</dl>
    <details><summary>${said.changed(changes(accepted, offer).length)}</summary><ul>${changes(accepted, offer).map((each) => `<li><code>${escaped(each)}</code></li>`).join("")}</ul></details>
    <p>${said.compare}</p>
    <form method="post" action="${ACCEPT}"><input type="hidden" name="token" value="${token}"><button>${said.accept}</button> <a href="${ABOUT}">${said.notNow}</a></form>`);
}

/** Only the form that this worker has shown carries the token. @param {Request} request */
async function acceptance(request) {
  const asked = await kept("question");
  const token = request.method === "POST" && (await request.formData()).get("token");
  if (!asked || token !== asked.token) return Response.redirect("/wallet/", 303);
  const { at, digest, files, text } = asked;
  await keep({ name: "accepted", at, digest, files, text });
  await forget("question");
  return Response.redirect(asked.next, 303);
}

async function refusal() {
  const [said, found] = await Promise.all([words(), kept("refused")]);
  const { path = "", expected = "", got = "" } = found ?? {};
  const lines = [expected && digestLine(said.expected, expected), got && digestLine(said.got, got)];
  return sheet(said, said.refusedTitle, `<p><strong>${said.refusedLead}</strong></p>
    <dl><div><dt>${said.file}</dt><dd><code>${escaped(path)}</code></dd></div>${lines.filter(Boolean).join("")}</dl>
    <p>${said.refusedAdvice}</p><p><a href="/wallet/">${said.again}</a></p>`);
}

/** What the portal says its release is; null if it says nothing that is a list. @returns {Promise<Release | null>} */
async function offered() {
  const answer = await fetch(LIST, { cache: "no-cache", credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return null;
  const bytes = await answer.arrayBuffer();
  const text = new TextDecoder().decode(bytes);
  const rows = [...text.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)].map(([, digest, path]) => [path, digest]);
  if (!rows.length) return null;
  return { name: "offered", text, digest: await digestOf(bytes), files: Object.fromEntries(rows), at: Date.now() };
}

/** Source names of what is not the same in both. @param {Release} before @param {Release} after */
function changes(before, after) {
  const [old, now] = [new Set(Object.keys(before.files)), new Set(Object.keys(after.files))];
  const differing = [...old, ...now].filter((path) => before.files[path] !== after.files[path]);
  return [...new Set(differing.map((path) => path.replace(/^static\//, "").replace(/\.[0-9a-f]{12}(\.m?js)$/, "$1")))].sort();
}

/** @param {BufferSource} bytes */
async function digestOf(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the handles of every open wallet away. */
function lock() {
  return within("sessions", "readwrite", (rows) => rows.clear());
}

/** Null also where no wallet has ever been. @param {string} name */
async function kept(name) {
  try {
    return (await within("release", "readonly", (rows) => rows.get(name))) ?? null;
  } catch (error) {
    if (error.name === "AbortError") return null;
    throw error; // what cannot be checked does not run
  }
}

/** @param {{name: string}} row */
function keep(row) {
  return within("release", "readwrite", (rows) => rows.put(row));
}

/** @param {string} name */
function forget(name) {
  return within("release", "readwrite", (rows) => rows.delete(name));
}

/** @type {(store: string, mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest) => Promise<any>} */
async function within(store, mode, work) {
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open(DATABASE);
    request.onupgradeneeded = () => request.transaction.abort(); // there is no wallet here
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  try {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    await new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

/** A page that nothing of the portal's has a part in. @type {(said: any, title: string, body: string) => Response} */
function sheet(said, title, body) {
  const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
  const html = `<!doctype html><html lang="${said.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Tallystick</title><style nonce="${nonce}">${STYLE}</style><main><h1>${title}</h1>${body}<footer>${said.mine}</footer></main>`;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "no-store" } });
}

/** @type {(label: string, digest: string) => string} */
function digestLine(label, digest) {
  return `<div><dt>${label}</dt><dd><code>${digest.replace(/(.{8})(?=.)/g, "$1 ")}</code></dd></div>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#dfe4ea, #26323f); --soft: light-dark(#536073, #9eacbc); --act: light-dark(#1f4a78, #93bdee); }
body { margin: 0; background: light-dark(#f6f7f8, #0e141c); color: light-dark(#14202f, #e8edf3); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 8vh auto; padding: 2rem; border: 1px solid var(--line); border-radius: 10px; background: light-dark(#fff, #151d27); }
h1 { margin-top: 0; font-size: 1.6rem; line-height: 1.25; }
dt, footer, summary { color: var(--soft); font-size: .9rem; }
dd { margin: 0 0 .9rem; }
code { font-size: .95rem; overflow-wrap: anywhere; }
button { padding: .6rem 1.1rem; border: 0; border-radius: 6px; background: var(--act); color: light-dark(#fff, #0e1a28); font: inherit; font-weight: 600; cursor: pointer; }
a { margin-left: .75rem; color: var(--act); }
p > a { margin-left: 0; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
@media (max-width: 40rem) { main { margin: 0; padding: 1.25rem; border: 0; border-radius: 0; } }`;

/** In the language of the page that had the wallet last. */
async function words() {
  const { language } = (await kept("language")) ?? { language: "en" };
  return language.toLowerCase().startsWith("zh") ? ZH : EN;
}

const EN = {
  language: "en",
  newTitle: "This portal has a new release of the wallet",
  newLead: "Your browser runs only the wallet code that you accepted. The portal now offers another. Nothing of it has run; your wallets in this browser are locked.",
  accepted: "You accepted",
  offered: "Now offered",
  changed: (/** @type {number} */ count) => `${count} ${count === 1 ? "file differs" : "files differ"}`,
  compare: "Compare the new digest with the one that your institution, or another node of the network, publishes for this release. If they differ, do not accept it.",
  accept: "Accept the new release",
  notNow: "Not now: show its list of files",
  refusedTitle: "This portal served altered wallet code",
  refusedLead: "A file is not the one in the release that you accepted. It was not run, nothing was signed, and your wallets in this browser are locked.",
  refusedAdvice: "Do not type your passphrase into this portal. Tell its operator, and use another node until this is cleared up.",
  file: "File", expected: "Digest in the release that you accepted", got: "Digest of what was served",
  again: "Try again",
  mine: "This page comes from the checking program that your browser keeps, not from the portal.",
};

const ZH = {
  language: "zh-hans",
  newTitle: "本门户有新版本的钱包程序",
  newLead: "您的浏览器只运行您已接受的钱包程序。门户现在提供另一个版本：其中没有任何内容运行过；此浏览器中的钱包已锁定。",
  accepted: "您已接受的版本",
  offered: "现在提供的版本",
  changed: (/** @type {number} */ count) => `有 ${count} 个文件不同`,
  compare: "请将新版本的摘要与您所在机构或网络中其他节点公布的摘要核对。若不一致，请勿接受。",
  accept: "接受新版本",
  notNow: "暂不：查看文件清单",
  refusedTitle: "本门户提供的钱包程序被改动",
  refusedLead: "有一个文件与您已接受的版本不符。它没有运行，没有签署任何内容，此浏览器中的钱包已锁定。",
  refusedAdvice: "请勿在本门户输入口令。请通知其运营方，问题查清之前请使用其他节点。",
  file: "文件", expected: "您已接受的版本中的摘要", got: "实际提供的内容的摘要",
  again: "重试",
  mine: "本页来自您的浏览器保存的检查程序，而不是门户。",
};
