/** Backup files: saved to the person's disk, and read back from there. */
import { short } from "../../wallet/shown.js";

/** Saves a backup under a name that says whose it is. @param {Uint8Array} bytes @param {string} address */
export function save(bytes, address) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `tallystick-wallet-${short(address).replace("…", "-")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The bytes of the file that the person chose. @param {HTMLInputElement} input */
export async function chosen(input) {
  const [file] = input.files;
  return new Uint8Array(await file.arrayBuffer());
}
