/** Passkeys: a form marked data-passkey asks the browser for a credential and posts what it answers. */

/**
 * What the server wants: in the form, or at an address of its own.
 * @param {HTMLFormElement} form
 * @returns {Promise<any>}
 */
async function optionsOf(form) {
  const address = form.dataset.optionsFrom;
  if (!address) return JSON.parse(form.querySelector("script[type='application/json']").textContent).publicKey;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return (await answer.json()).request_options.publicKey;
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<PublicKeyCredential>}
 */
async function credentialFor(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  }
  const alone = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("passwordless"));
  if (alone?.checked) {
    const wanted = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    options.authenticatorSelection = { ...options.authenticatorSelection, ...wanted };
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = /** @type {HTMLElement} */ (form.querySelector("[data-passkey-trouble]"));
    trouble.hidden = true;
    try {
      const credential = await credentialFor(form);
      /** @type {HTMLInputElement} */ (form.elements.namedItem("credential")).value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      console.warn(error);
      trouble.hidden = false;
    }
  });
}
