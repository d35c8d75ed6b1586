/** Documents of an act in the page: hashed, sealed for their readers and handed in; fetched, opened and shown. */
import { documentDigest, openDocument, readersOf, sealDocument } from "../../wallet/documents.js";
import { NodeClient } from "../../wallet/node.js";

const PDF = "%PDF-";
const TEXT_MOST = 400_000; // characters that a page shows; the whole is saved

/** Title and digest of a chosen file, with its bytes. @param {File} file */
export async function paperOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { bytes, digest: await documentDigest(bytes), size: bytes.length, title: file.name.slice(0, 120) };
}

/**
 * Seals each file for these institutions and hands it in.
 * @param {{bytes: Uint8Array}[]} papers
 * @param {any[]} institutions with address, card and seals
 * @param {{by: string, chain: string}} whose
 * @param {import("../../wallet/backup.js").Wallet} wallet of a person of `by`
 * @param {(done: number) => void} onProgress
 */
export async function handIn(papers, institutions, whose, wallet, onProgress) {
  const node = new NodeClient(wallet);
  const readers = readersOf(institutions, Math.floor(Date.now() / 1000));
  const signer = { card: wallet.card, key: wallet.sign };
  for (const [at, { bytes }] of papers.entries()) {
    onProgress(at);
    await node.lodgeDocument(await sealDocument(bytes, whose, readers, signer));
  }
  onProgress(papers.length);
}

/**
 * The file behind a digest of an act, checked against it; null if this node has no copy yet.
 * @param {{digest: string, by: string, purpose?: string}} paper with the purpose of a supervisor's look
 * @param {import("../../wallet/backup.js").Wallet} wallet
 */
export async function fetched({ by, digest, purpose = "" }, wallet) {
  const copy = await new NodeClient(wallet).document(digest, { by, ...(purpose && { purpose }) });
  return copy && openDocument(copy, digest, wallet.seal);
}

/** Shows a text, and saves whatever it is. @param {HTMLDialogElement} dialog @param {Uint8Array} bytes @param {string} title */
export function show(dialog, bytes, title) {
  const kind = kindOf(bytes);
  const url = URL.createObjectURL(new Blob([bytes], { type: kind.type }));
  const link = dialog.querySelector("[data-save]");
  link.href = url;
  link.download = title.toLowerCase().endsWith(kind.ending) ? title : title + kind.ending;
  dialog.querySelector("[data-title]").textContent = title;
  const shown = dialog.querySelector("[data-text]");
  shown.textContent = kind.text?.slice(0, TEXT_MOST) ?? "";
  dialog.dataset.kind = kind.text === undefined ? "file" : "text";
  dialog.onclose = () => URL.revokeObjectURL(url);
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  dialog.showModal();
}

/** @param {Uint8Array} bytes */
function kindOf(bytes) {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, PDF.length));
  if (start === PDF) return { type: "application/pdf", ending: ".pdf" };
  try {
    return { type: "text/plain", ending: ".txt", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { type: "application/octet-stream", ending: ".bin" };
  }
}
