/** Posts JSON to this portal as the person who is signed in. */
import { Refused } from "../wallet/node.js";

/**
 * The answer; Refused with the portal's reason and sentence otherwise. The page holds the token of its form.
 * @param {string} url
 * @param {object} body
 */
export async function postJson(url, body) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, said);
  return said;
}
