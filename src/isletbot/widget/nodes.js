// Making nodes. Text goes in as text, never as markup; styles come from the one style sheet.

const SVG = "http://www.w3.org/2000/svg";

// Outlines on a 24 x 24 field.
const ICONS = {
  chat: "M4 5h16v11H10l-4 4v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  phone: "M5 4h4l2 5-2.5 2a12 12 0 0 0 4.5 4.5L15 13l5 2v4c0 1-1 1-1 1C10 20 4 13 4 5c0 0 0-1 1-1z",
  answered: "M5 12.5l4.5 4.5L19 7",
  not_in_corpus: "M9 9a3 3 0 1 1 4 2.8c-1 .4-1 1.2-1 2.2M12 17.5v.5",
  needs_clinician: "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c0-8 14-8 14 0",
  urgent: "M12 4l9 16H3zM12 10v4M12 17v.5",
  error: "M12 4l9 16H3zM12 10v4M12 17v.5",
  out_of_scope: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11",
  waiting: "M7 4h10M7 20h10M8 4c0 8 8 8 8 16M16 4c0 8-8 8-8 16",
};

/** Properties beginning with "on" are listeners; false and null leave an attribute out. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function makeButton(label, onclick, properties = {}) {
  return make("button", { type: "button", onclick, ...properties }, label);
}

export function makeIcon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name] ?? ICONS.chat);
  svg.append(path);
  return svg;
}

/** What others wrote. It may run the other way than the page. */
export function makeText(tag, text = "", properties = {}) {
  return make(tag, { dir: "auto", ...properties }, text);
}

/** Puts in words whose second line is the English beside them. */
export function putText(node, text) {
  const [own, english] = text.split("\n");
  node.replaceChildren(own, ...(english ? [" ", makeEnglish(english)] : []));
  return node;
}

/** What the server says, in the page's language with its English beside; in English alone where it has no other words. */
export function putTold(node, english, own) {
  node.replaceChildren(...(own ? [own, " ", makeEnglish(english)] : [english]));
  return node;
}

export function makeEnglish(text = "") {
  return make("span", { class: "beside", lang: "en", dir: "ltr" }, text);
}

export function makeTel(number) {
  return `tel:${number.replace(/[^\d+]/g, "")}`;
}

export function makeCall(number, words, properties = {}) {
  return make("a", { href: makeTel(number), class: "call", ...properties }, makeIcon("phone"), make("span", {}, words.call(number)));
}

/** `field` with its label above, and room below for what is wrong with it. */
export function makeField(label, field) {
  const problem = make("p", { class: "problem", id: `${field.id}-problem` });
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${problem.id}`.trim());
  return make("div", { class: "field" }, make("label", { for: field.id }, label), field, problem);
}

export function showProblem(field, text) {
  const problem = field.getRootNode().getElementById(`${field.id}-problem`);
  problem.textContent = text;
  field.setAttribute("aria-invalid", Boolean(text));
  if (text) field.focus();
}
