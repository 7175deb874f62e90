// Passkeys: a form with data-passkey="create" or "get" is shown, and sent with what the device answered.
// What stands in data-no-passkeys is hidden then.
// For "create" the challenge stands in data-options; for "get" it is fetched from the form's own address.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function create({ publicKey }) {
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  const excludeCredentials = withBytes(publicKey.excludeCredentials);
  const made = await navigator.credentials.create({
    publicKey: { ...publicKey, user, excludeCredentials, challenge: bytes(publicKey.challenge) },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const allowCredentials = withBytes(publicKey.allowCredentials);
  const found = await navigator.credentials.get({
    publicKey: { ...publicKey, allowCredentials, challenge: bytes(publicKey.challenge) },
  });
  const { authenticatorData, signature, userHandle } = found.response;
  return answer(found, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
  };
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`no challenge: ${response.status}`);
  return response.json();
}

function prepare(form) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "switch") return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    failed.hidden = true;
    try {
      const made = await (form.dataset.passkey === "create" ? create : get)(await options(form));
      form.elements.credential.value = JSON.stringify(made);
      form.submit();
    } catch (problem) {
      failed.hidden = false;
      failed.focus();
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-no-passkeys]").forEach((notice) => (notice.hidden = true));
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
}
