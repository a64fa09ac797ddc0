// Each sentence is held to its sources a moment after it was typed. Without this the button Verify does the same.

const PAUSE_MS = 500;
const MOST_CHARS = 2000;

for (const form of document.querySelectorAll("form[data-check]")) {
  const list = form.querySelector("[data-sentences]");
  const summary = form.querySelector("[data-summary]");
  let timer = 0;
  let latest = 0;

  const rowsWritten = () => [...list.children].filter((row) => row.querySelector("textarea").value.trim());

  const show = (row, outcome, reason, quotes) => {
    const tag = document.createElement("span");
    tag.className = `tag ${{ supported: "good", unsupported: "bad" }[outcome] || "warn"}`;
    tag.textContent = outcome;
    const why = document.createElement("span");
    why.className = "small";
    why.textContent = ` ${reason}`;
    const line = document.createElement("p");
    line.append(tag, why);
    const shown = quotes.map((quote) => {
      const block = document.createElement("blockquote");
      const from = document.createElement("cite");
      from.textContent = quote.from;
      block.append(`${quote.words} `, from);
      return block;
    });
    row.querySelector("[data-found]").replaceChildren(line, ...shown);
  };

  const showText = (found) => {
    const text = document.querySelector("[data-text]");
    if (!text) return;
    text.value = found.text;
    document.querySelector("[data-print-text]").textContent = found.text;
    document.querySelector("[data-mail]").href = found.mail;
  };

  const fail = (rows, words) => {
    for (const row of rows) show(row, "unchecked", words, []);
    summary.textContent = words;
  };

  const check = async () => {
    const mine = ++latest;
    const rows = rowsWritten();
    for (const row of list.children) if (!rows.includes(row)) row.querySelector("[data-found]").replaceChildren();
    const long = rows.find((row) => row.querySelector("textarea").value.length > MOST_CHARS);
    if (long) {
      const length = long.querySelector("textarea").value.length.toLocaleString("en");
      fail([long], `This has ${length} characters and was not sent. Write at most ${MOST_CHARS.toLocaleString("en")} a sentence.`);
      return;
    }
    summary.textContent = "Checking…";
    let found;
    try {
      const sent = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (sent.status === 401) throw new Error("Your session is over. Press the button: you can sign in, and what you wrote comes along.");
      if (!(sent.headers.get("content-type") || "").includes("json")) throw new Error("It could not be checked just now.");
      found = await sent.json();
      if (found.problem) throw new Error(found.problem);
    } catch (error) {
      if (mine === latest) fail(rows, error instanceof TypeError ? "The server cannot be reached, so nothing was checked." : error.message);
      return;
    }
    if (mine !== latest) return;
    found.sentences.forEach((each, place) => {
      show(rows[place], each.outcome, each.reason, each.quotes);
      const rests = rows[place].querySelector("[name=rests]");
      if (!rests.value && each.rests) rests.value = each.rests;
    });
    const good = found.sentences.filter((each) => each.outcome === "supported").length;
    summary.textContent = `${good} of ${found.sentences.length} sentences are supported.`;
    showText(found);
  };

  // Until it is checked again, nothing says that it is supported.
  const checkSoon = (row) => {
    if (row.querySelector("textarea").value.trim()) show(row, "unchecked", "checking…", []);
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE_MS);
  };

  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-sentence]");
    if (!row || event.target.type === "checkbox") return;
    if (event.target.name === "find") findSoon(row);
    else checkSoon(row);
  });

  // A statement that is ticked is named at once; the field that goes along with the form is “Rests on”.
  const take = (row, tick) => {
    const rests = row.querySelector("[name=rests]");
    const names = rests.value.split(";").map((name) => name.trim()).filter(Boolean);
    const others = names.filter((name) => name.split(":")[0].trim() !== tick.dataset.name);
    rests.value = (tick.checked ? [...others, tick.dataset.name] : others).join("; ");
    if (row.querySelector("textarea").value.trim()) checkSoon(row);
  };

  const offer = (row, found) => {
    const items = found.map((each) => {
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.dataset.name = each.name;
      tick.checked = row.querySelector("[name=rests]").value.includes(each.name);
      const words = document.createElement("span");
      const from = document.createElement("cite");
      from.textContent = each.from;
      words.append(`${each.words} `, from);
      const label = document.createElement("label");
      label.append(tick, words);
      const item = document.createElement("li");
      item.append(label);
      return item;
    });
    row.querySelector("[data-offers]").replaceChildren(...items);
    if (!items.length) row.querySelector("[data-offers]").textContent = "No statement has these words.";
  };

  let finding = 0;
  const find = async (row) => {
    const words = row.querySelector("[name=find]").value.trim();
    if (!words) return row.querySelector("[data-offers]").replaceChildren();
    try {
      const sent = await fetch(`/staff/ask/statements?${new URLSearchParams({ words })}`);
      offer(row, (await sent.json()).found);
    } catch {
      row.querySelector("[data-offers]").textContent = "It could not be looked up just now.";
    }
  };
  const findSoon = (row) => {
    clearTimeout(finding);
    finding = setTimeout(find, PAUSE_MS, row);
  };

  for (const tick of list.querySelectorAll("[name=pick]")) tick.removeAttribute("name");
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-offers] input")) take(event.target.closest("[data-sentence]"), event.target);
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches("[data-find]")) return;
    event.preventDefault();
    find(event.target.closest("[data-sentence]"));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.name !== "find") return;
    event.preventDefault();
    find(event.target.closest("[data-sentence]"));
  });

  // What was typed before this ran, or put back by the browser, is not what the page's marks are about.
  window.addEventListener("pageshow", () => {
    const isTyped = ({ value, defaultValue }) => value !== defaultValue;
    for (const row of list.children) {
      if ([...row.querySelectorAll("textarea, [name=rests]")].some(isTyped)) checkSoon(row);
    }
  });

  const add = form.querySelector("[data-add]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = list.lastElementChild.cloneNode(true);
    const number = list.children.length + 1;
    row.querySelector("[data-offers]").replaceChildren();
    for (const name of ["text", "find", "rests"]) {
      const field = row.querySelector(`[name=${name}]`);
      field.value = "";
      field.id = `${name}-${number}`;
      row.querySelector(`label[for^=${name}]`).htmlFor = field.id;
    }
    row.querySelector("textarea").setAttribute("aria-describedby", `found-${number}`);
    const place = row.querySelector("[data-found]");
    place.id = `found-${number}`;
    place.replaceChildren();
    for (const shown of row.querySelectorAll("[data-number]")) shown.textContent = String(number);
    list.append(row);
    row.querySelector("textarea").focus();
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.querySelector("[data-text]");
    try {
      await navigator.clipboard.writeText(text.value);
      button.textContent = "Copied";
    } catch {
      text.select();
      button.textContent = "Selected: press Ctrl+C";
    }
  });
}
