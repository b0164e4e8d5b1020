// data-passkey="url" data-wanted="url": shows a passkey and signs in; data-passkey-new="url": makes one for oneself.
const token = () => document.querySelector('[name="csrfmiddlewaretoken"]')?.value || "";
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const post = (url, body) => fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "Content-Type": "application/json" } });

function asked(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) for (const one of list || []) one.id = bytes(one.id);
  return options;
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

function say(words) {
  const line = document.querySelector("[data-passkey-words]");
  if (line) { line.textContent = words; line.hidden = !words; }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey], [data-passkey-new]");
  if (!button) return;
  event.preventDefault();
  const making = "passkeyNew" in button.dataset;
  say("");
  button.disabled = true;
  try {
    const publicKey = asked(await (await post(button.dataset.wanted, "{}")).json());
    const credential = making ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    const told = await (await post(making ? button.dataset.passkeyNew : button.dataset.passkey, JSON.stringify(answer(credential)))).json();
    if (told.url) location.assign(told.url); else say(told.words);
  } catch (error) {
    if (error.name !== "NotAllowedError") say(String(error.message));  // who turns away from the dialog knows it
  }
  button.disabled = false;
});

if (!window.PublicKeyCredential) for (const one of document.querySelectorAll("[data-passkey], [data-passkey-new]")) one.hidden = true;
