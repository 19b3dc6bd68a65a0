"use strict";
// Keeps the page fresh: fetches its parts and swaps in those that differ. Sends forms without
// leaving the page. Without this script everything works by ordinary forms.
const EVERY_MS = 1000;
const room = document.querySelector("[data-refresh]");
const live = document.getElementById("live");
const shown = new Map();
let busy = false;

function swap(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const talk = room.querySelector("[data-part=talk]");
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  const focused = document.activeElement && document.activeElement.id;
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    if (shown.get(name) === part.innerHTML) continue;
    const old = room.querySelector(`[data-part=${name}]`);
    if (name === "log" && shown.has(name)) {
      part.querySelector("details").open = old.querySelector("details").open;
    }
    if (old.querySelector("dialog.confirm[open]")) continue; // somebody is being asked
    shown.set(name, part.innerHTML);
    old.innerHTML = part.innerHTML;
    if (name === "forms") openModal();
    if (name === "talk" && atEnd) talk.scrollTop = talk.scrollHeight;
  }
  const again = focused && document.getElementById(focused);
  if (again && document.activeElement === document.body) again.focus();
}

function openModal() {
  const modal = document.getElementById("modal");
  if (!modal) return;
  modal.close();
  modal.showModal();
  const first = modal.querySelector("[aria-invalid], textarea, select, .field input");
  if (first) first.focus();
}

async function load(address, options) {
  const answer = await fetch(address, { cache: "no-store", ...options });
  if (!answer.ok) throw new Error(String(answer.status));
  swap(await answer.text());
}

function tell(good) {
  live.textContent = good ? "live" : "not reachable";
  live.classList.toggle("off", !good);
}

async function refresh() {
  if (!document.hidden && !busy) {
    try {
      await load(room.dataset.refresh);
      tell(true);
    } catch {
      tell(false);
    }
  }
  setTimeout(refresh, EVERY_MS);
}

async function send(form, button) {
  const fields = new FormData(form);
  if (button && button.name) fields.append(button.name, button.value);
  busy = true;
  form.classList.add("sending");
  try {
    const headers = { "X-Sandbox-Script": "1" };
    await load(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(fields), headers });
    if (form.matches(".composer")) form.reset();
    tell(true);
  } catch (error) {
    if (error.message === "400") await load(room.dataset.refresh).catch(() => tell(false));
    else tell(false);
  } finally {
    busy = false;
    form.classList.remove("sending");
  }
}

function ask(form, button) {
  const dialog = document.getElementById(form.dataset.confirm);
  dialog.onclick = (event) => {
    const answer = event.target.dataset.answer;
    if (!answer) return;
    dialog.close();
    if (answer === "yes") send(form, button);
  };
  dialog.showModal();
}

if (room) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    if (form.classList.contains("sending")) return;
    if (form.dataset.confirm) ask(form, event.submitter);
    else send(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-clicks]");
    if (link) send(link.closest("form"), null); // the link opens, and the app hears of it
  });
  document.addEventListener("cancel", (event) => {
    if (event.target.id !== "modal") return;
    event.preventDefault();
    send(event.target.querySelector("form"), event.target.querySelector(".x"));
  }, true);
  for (const part of room.querySelectorAll("[data-part]")) shown.set(part.dataset.part, part.innerHTML);
  const talk = room.querySelector("[data-part=talk]");
  talk.scrollTop = talk.scrollHeight;
  if (!matchMedia("(min-width: 1100px)").matches) room.querySelector(".log details").open = false;
  openModal();
  refresh();
}
