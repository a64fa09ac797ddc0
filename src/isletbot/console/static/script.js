// What the pages gain where scripts run. Without them everything works the same.

const menu = document.querySelector(".menu-button");
const nav = document.getElementById("nav");
if (menu && nav) {
  const show = (open) => {
    menu.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("closed", !open);
  };
  menu.hidden = false;
  show(false);
  menu.addEventListener("click", () => show(menu.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.getAttribute("aria-expanded") === "true") {
      show(false);
      menu.focus();
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is written and not sent is asked about before it is lost.
let unsent = false;
for (const form of document.querySelectorAll("form[data-keeps]")) {
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("submit", () => { unsent = false; });
}
window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });

// Moments are written in UTC; where scripts run they are shown as the clock on the wall has them, with UTC at hand.
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
for (const moment of document.querySelectorAll("time[datetime*=T]")) {
  const at = new Date(moment.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  moment.title = moment.textContent;
  moment.textContent = `${day.format(at)}, ${clock.format(at)}`;
}

// On a phone the filters are folded while none is set.
for (const filters of document.querySelectorAll("details.filters:not([data-set])")) {
  if (matchMedia("(max-width: 48rem)").matches) filters.open = false;
}
