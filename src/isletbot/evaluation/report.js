// Search and filter over the cases. Without it every case is on the page, those that did not pass first.
const form = document.querySelector("[data-filters]");
const cases = [...document.querySelectorAll("details[data-outcome]")];
const said = new Map(cases.map((one) => [one, one.textContent.toLowerCase()]));
const count = document.querySelector("[data-count]");

const apply = () => {
  const wanted = Object.fromEntries(new FormData(form));
  const words = wanted.words.trim().toLowerCase();
  let shown = 0;
  for (const one of cases) {
    const { suite, outcome, expected, kind } = one.dataset;
    const fits = (!wanted.suite || suite === wanted.suite) && (!wanted.expected || expected === wanted.expected)
      && (!wanted.kind || kind === wanted.kind) && (!words || said.get(one).includes(words))
      && (!wanted.outcome || (wanted.outcome === "pass") === (outcome === "pass"));
    one.hidden = !fits;
    shown += fits;
  }
  for (const heading of document.querySelectorAll("[data-group]")) {
    let next = heading.nextElementSibling;
    while (next && next.localName === "details" && next.hidden) next = next.nextElementSibling;
    heading.hidden = !next || next.localName !== "details";
  }
  count.textContent = `${shown} of ${cases.length} cases`;
};

if (form) {
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  for (const link of document.querySelectorAll("a[data-filter]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const wanted = new URLSearchParams(link.dataset.filter);
      for (const field of form.elements) if (field.name) field.value = wanted.get(field.name) || "";
      apply();
      document.getElementById("cases").scrollIntoView();
    });
  }
  form.elements.outcome.value = "not";
  apply();
  // A link into the page opens its case, also one that the filter hides.
  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) { target.hidden = false; target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", openTarget);
  openTarget();
}
