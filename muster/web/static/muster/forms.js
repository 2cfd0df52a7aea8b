// A form is sent once (one with data-leaves, which answers with a file, as often as it is pressed). While it is under way its buttons rest; after a failure the same form, with the same operation
// number, can be sent again and counts once.
import { make, t } from "./words.js";

function rest(form) {
  form.dataset.sending = "yes";
  for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
    button.setAttribute("aria-disabled", "true");
    button.classList.add("disabled");
    if (button.classList.contains("btn-primary") && !button.dataset.words) {
      button.dataset.words = button.innerHTML;
      button.textContent = t("Sending…");
    }
  }
}

function wake(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled=true]")) {
    button.removeAttribute("aria-disabled");
    button.classList.remove("disabled");
    if (button.dataset.words) button.innerHTML = button.dataset.words;
    delete button.dataset.words;
  }
}

/** Show a message above the content. */
export function say(text) {
  const old = document.getElementById("said");
  if (old) old.remove();
  const main = document.getElementById("main");
  if (main) main.prepend(make("div", { id: "said", class: "notice notice-late", role: "alert", text }));
}

/** Watch every form of the page. */
export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) event.preventDefault();
    else if (form.method === "post" && !event.defaultPrevented && !("leaves" in form.dataset)) setTimeout(() => rest(form)); // after the button's value is read
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(wake));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form");
    if (!form || event.detail.requestConfig.verb === "get") return;
    if (form.dataset.sending) event.preventDefault();
    else rest(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (form) wake(form);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig.verb !== "get") say(t("Not sent: no connection. Press again; it will count once."));
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb !== "get") say(t("Not done: the server refused or failed. The page was not changed."));
  });
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
}
