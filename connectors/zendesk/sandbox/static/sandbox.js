"use strict";
// Fetches the fragment named by data-refresh and swaps it in when it differs.
const EVERY_MS = 1500;
const box = document.querySelector("[data-refresh]");
const live = document.getElementById("live");
let shown = null;

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(box.dataset.refresh, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (text !== shown) box.innerHTML = text;
      shown = text;
      live.textContent = "live";
      live.classList.remove("off");
    } catch {
      live.textContent = "not reachable";
      live.classList.add("off");
    }
  }
  setTimeout(refresh, EVERY_MS);
}

if (box) refresh();
