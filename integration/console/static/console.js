"use strict";
// A form is sent once: its button rests until the next page is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button")) { button.setAttribute("aria-disabled", "true"); }
});
// Coming back by the browser's button, a form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) { button.removeAttribute("aria-disabled"); }
  }
});
// Values to copy: the button is there only where the browser can do it.
for (const box of document.querySelectorAll(".copy")) {
  if (!navigator.clipboard) { break; }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet slim";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy " + box.dataset.what);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  box.append(button);
}
// On a phone the navigation scrolls sideways: where one is, is in sight.
for (const link of document.querySelectorAll(".side nav [aria-current]")) {
  const bar = link.closest("nav");
  bar.scrollLeft = link.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
}
// What takes more than one request goes on by itself; without this there is a button.
const onward = document.querySelector("form[data-onward]");
if (onward) { onward.requestSubmit(); }
