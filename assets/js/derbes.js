// What scripts add to pages that work without them. Nothing is fetched; nothing is kept.
import { Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, Radios, isSupported } from "govuk-frontend";

// A part that cannot start (a label missing) must not take the others with it.
function start(Part) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    try {
      new Part(root);
    } catch (problem) {
      console.error(problem);
    }
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
if (isSupported()) {
  [Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, Radios].forEach(start);
}

// The name of an upload button must hold the words that stand on it, in one piece.
for (const comma of document.querySelectorAll(".govuk-file-upload-button > [id$='-comma']")) {
  const button = comma.parentElement;
  button.setAttribute("aria-labelledby", button.getAttribute("aria-labelledby").replace(` ${comma.id} `, " "));
  comma.remove();
}

// A confirmation takes the focus, so that a screen reader says it first.
document.querySelector("[data-focus]")?.focus();

// "Print" and "Copy" are shown only where they can work.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
  });
}
