// Keys in a queue, and passkeys. Every page works without this but the passkey, which says so.

const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;

const queueKeys = (lists) => {
  const rows = lists.flatMap((list) => [...list.tBodies[0].rows]);
  let at = -1;
  const go = (step) => {
    rows[at]?.classList.remove("is-at");
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[at]?.classList.add("is-at");
    rows[at]?.querySelector("a").focus();
  };
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
  });
};

// What lies under "More" closes with Escape and when one goes elsewhere.
const folds = (more) => {
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    more.open = false;
    more.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
  more.addEventListener("focusout", (event) => { if (event.relatedTarget && !more.contains(event.relatedTarget)) more.open = false; });
};

const findKey = (field) => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
};

// WebAuthn speaks in bytes, JSON in base64url.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

const told = (credential) => {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
};

const make = ({ publicKey }) =>
  navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: named(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    },
  });

const show = ({ publicKey }) =>
  navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: named(publicKey.allowCredentials),
    },
  });

const options = async (form) => {
  const here = form.querySelector("#passkey-options");
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no challenge");
  return (await answer.json()).request_options;
};

const passkey = (form) => {
  form.hidden = false;
  const failed = form.querySelector("[data-passkey-failed]");
  form.querySelector("button[type=button]").addEventListener("click", async () => {
    failed.hidden = true;
    try {
      const asked = await options(form);
      const credential = await (form.dataset.passkey === "add" ? make(asked) : show(asked));
      form.elements.credential.value = JSON.stringify(told(credential));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
};

const lists = [...document.querySelectorAll("[data-queue]")];
if (lists.length) queueKeys(lists);
const field = document.querySelector("[data-find]");
if (field) findKey(field);
if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-no-passkeys]").forEach((notice) => (notice.hidden = true));
  document.querySelectorAll("[data-passkey]").forEach(passkey);
}
document.querySelectorAll("[data-more]").forEach(folds);
