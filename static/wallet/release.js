/** Which code of the wallet this browser runs: the release that its owner accepted, held to by worker.js. */

import * as keystore from "./keystore.js";

const LIST = "/wallet/release.txt";
const WORKER = /static\/wallet\/worker\.[0-9a-f]{12}\.js/;

/**
 * Has every script checked from now on, where the browser can and the portal shows a release. The first one that it
 * shows is believed; no later one without a question.
 */
export async function guard() {
  if (!navigator.serviceWorker) return;
  await keystore.put("release", { name: "language", language: document.documentElement.lang });
  const [path] = WORKER.exec(await listed()) ?? [];
  if (!path || (await stands(path))) return;
  await navigator.serviceWorker.register(`/${path}`, { scope: "/", updateViaCache: "all" });
}

/** No wallet is left to be guarded. */
export async function unguard() {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await registration?.unregister();
  await keystore.remove("release", "accepted");
}

/**
 * What this browser has accepted, and since when in milliseconds; null before its first wallet.
 * @returns {Promise<{digest: string, at: number, text: string} | null>}
 */
export async function accepted() {
  return (await keystore.one("release", "accepted")) ?? null;
}

/** @param {string} path */
async function stands(path) {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const workers = [registration?.active, registration?.waiting, registration?.installing];
  return workers.some((one) => one && new URL(one.scriptURL).pathname === `/${path}`);
}

async function listed() {
  const answer = await fetch(LIST, { cache: "no-cache", credentials: "omit" }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}
