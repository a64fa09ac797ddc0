// The one style sheet. Sizes are in em of the element itself, so that the page's own sizes do not reach in.
// The AI notice and urgent replies have colours of their own: no theme can make them hard to read.

export const STYLES = /* css */ `
:host {
  all: initial !important;
  display: block !important;
  color-scheme: light dark !important;
  font: 400 max(16px, 1rem)/1.5 var(--isletbot-font, system-ui, sans-serif) !important;
  --ink: var(--isletbot-text, light-dark(#14242a, #e8f0f1));
  --paper: var(--isletbot-surface, light-dark(#ffffff, #152126));
  --accent: var(--isletbot-accent, light-dark(#0b5c6b, #6cc9da));
  --on: var(--isletbot-on-accent, light-dark(#ffffff, #06252c));
  --quiet: color-mix(in srgb, var(--ink) 78%, var(--paper));
  --line: color-mix(in srgb, var(--ink) 18%, var(--paper));
  --edge: color-mix(in srgb, var(--ink) 58%, var(--paper));
  --tint: color-mix(in srgb, var(--accent) 8%, var(--paper));
  --warm: color-mix(in srgb, light-dark(#c58a2c, #d9a95b) 9%, var(--paper));
  --radius: var(--isletbot-radius, 16px);
  --corner: calc(var(--radius) * .7);
  --gap: var(--isletbot-offset, 1em);
}
:host([theme="light"]) { color-scheme: light !important; }
:host([theme="dark"]) { color-scheme: dark !important; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
p, dl, dd, blockquote, h1, h2, h3, h4, h5, h6 { margin: 0; }
h1, h2, h3, h4, h5, h6 { font-size: 1em; line-height: 1.3; }
p, dd, label, button, h1, h2, h3, h4, h5, h6 { unicode-bidi: plaintext; overflow-wrap: anywhere; }
svg { width: 1.25em; height: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
a { color: var(--accent); }
button, textarea, input { font: inherit; color: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); font-size: .875em; }
.beside { display: block; unicode-bidi: isolate; text-align: start; font-weight: 400; }
.general .beside { text-align: center; }

button {
  min-height: 2.75em; padding: .4em .9em; cursor: pointer; text-align: start;
  border: 1px solid var(--edge); border-radius: var(--corner); background: var(--paper); color: var(--accent);
}
button:hover { background: var(--tint); }
button.main { border-color: var(--accent); background: var(--accent); color: var(--on); font-weight: 600; }
button.main:hover { text-decoration: underline; }
button[aria-pressed="true"] { border: 2px solid var(--accent); font-weight: 700; background: var(--tint); }
button[aria-pressed="true"]::before { content: "✓ " / ""; }
textarea, input:not([type="checkbox"]) {
  display: block; width: 100%; min-height: 2.75em; padding: .55em .7em; resize: vertical;
  border: 1px solid var(--edge); border-radius: var(--corner); background: var(--paper); color: var(--ink);
}
input[type="checkbox"] { width: 1.75em; height: 1.75em; margin: 0; flex: none; accent-color: var(--accent); }
label { font-weight: 600; font-size: .9375em; }
.check { display: flex; gap: .6em; align-items: center; }
.check label { font-weight: 400; padding-block: .15em; }
.problem { color: light-dark(#a0001c, #ffb3bb); font-size: .9375em; font-weight: 600; }
.problem:empty { display: none; }
[aria-invalid="true"] { border: 2px solid light-dark(#a0001c, #ffb3bb) !important; }
.actions, .suggestions, .calls { display: flex; flex-wrap: wrap; gap: .5em; }
.panel, .log, .intro, .reply, .said, .handoff, .more, .sure { display: flex; flex-direction: column; gap: .6em; }

.notice {
  padding: .3em 1.2em; font-size: .8125em; line-height: 1.4;
  color: light-dark(#2b2000, #fff3d6) !important; background: light-dark(#fdf5e1, #33290f) !important;
  border-block-end: 1px solid light-dark(#e6d3a0, #5d4d22);
}
.notice a { color: inherit !important; }
.emergency { font-weight: 600; }
.emergency a { display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px; text-align: center; }
.person { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .75em; }
.call { display: inline-flex; align-items: center; gap: .4em; min-height: 24px; font-weight: 700; }

.launcher[popover] { position: fixed; inset: auto; inset-block-end: calc(var(--gap) + var(--lift, 0px)); inset-inline-end: var(--gap); }
.launcher {
  grid-template-columns: 1fr auto auto; align-items: stretch;
  width: fit-content; max-width: min(21em, 100% - 2 * var(--gap)); margin: 0; padding: 0; overflow: hidden;
  border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); color: var(--ink);
  box-shadow: 0 4px 16px rgb(0 0 0 / .18);
}
.launcher:not([popover]), .launcher:popover-open { display: grid; }
.inline .launcher { box-shadow: none; }
.launcher.aside { inset-block: calc(var(--gap) + var(--lift, 0px)) auto; }
.launcher.away { display: none; }
.launcher > :is(button, a) { display: flex; align-items: center; gap: .5em; min-height: 2.75em; padding: .35em .9em; border: 0; border-radius: 0; background: var(--accent); color: var(--on); }
.launcher > button:first-child { font-weight: 600; line-height: 1.25; }
.launcher > button:first-child:hover { text-decoration: underline; }
.launcher > :is(a, .close) { justify-content: center; width: 2.75em; padding: 0; }
.launcher > :focus-visible { outline: 3px solid var(--on); outline-offset: -5px; }
.launcher .emergency { font-weight: 400; }
.launcher .notice { grid-column: 1 / -1; padding: .1em .8em; font-size: .75em; border-block-end: 0; }

.panel {
  position: static; inset: auto; margin: 0; padding: 0; width: 100%; max-width: none; max-height: none;
  gap: 0; overflow: clip;
  border: 1px solid var(--edge); border-radius: var(--radius); background: var(--paper); color: var(--ink);
  opacity: 1 !important; filter: none !important;
}
dialog.panel:not([open], :popover-open, .printing) { display: none; }
.inline .panel { height: var(--isletbot-height, 44em); max-height: 90vh; }
.floating .panel {
  position: fixed; inset-block-end: var(--gap); inset-inline-end: var(--gap);
  width: var(--isletbot-width, 27em); max-width: calc(100vw - 2 * var(--gap));
  height: var(--isletbot-height, 46em); max-height: calc(100dvh - 2 * var(--gap));
  box-shadow: 0 12px 48px rgb(0 0 0 / .3);
}
.floating .panel.aside { inset-inline: var(--gap) auto; }
dialog:modal::backdrop { background: rgb(0 0 0 / .5); }
.head { display: flex; align-items: center; gap: .5em; padding: .15em .3em; padding-inline-start: 1em; background: var(--accent); color: var(--on); }
.head > :first-child { flex: 1; font-size: 1.0625em; outline-color: var(--on); }
.head :focus-visible { outline-color: var(--on); outline-offset: -2px; }
.close { display: grid; place-items: center; width: 2.75em; padding: 0; border-color: transparent; background: none; color: inherit; }
.close:hover { background: none; border-color: currentColor; }

.log { position: relative; flex: 1; min-height: 9em; overflow: auto; padding: .75em; gap: .75em; }
.log:focus-visible { outline-offset: -3px; }
.log > * { flex: none; }
.intro { padding: 0 .25em .75em; font-size: .9375em; }
.intro > p { color: var(--quiet); }
.general { padding: .15em 1em; text-align: center; font-size: .75em; color: var(--quiet); }
.asked {
  align-self: flex-end; max-width: 88%; padding: .5em .9em; white-space: pre-wrap;
  border: 1px solid transparent; border-radius: var(--radius); border-end-end-radius: 3px; background: var(--accent); color: var(--on);
}
.earlier { display: flex; flex-direction: column; gap: 1em; }
.earlier :is(.suggestions, .handoff) { display: none; }
.note { padding: .5em .9em; border-inline-start: 4px solid var(--accent); background: var(--tint); }

.reply { --kind: var(--accent); gap: .35em; padding: .6em .8em; border: 1px solid transparent; border-radius: var(--radius); border-end-start-radius: 3px; background: var(--warm); }
.reply > :first-child { display: flex; align-items: center; gap: .45em; color: var(--kind); font-size: .9375em; }
.reply:is([data-kind="answered"], [data-kind="small_talk"], [data-kind="waiting"]) > :first-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.reply:is([data-kind="not_in_corpus"], [data-kind="out_of_scope"], [data-kind="error"]) { --kind: light-dark(#7a5200, #e8bd63); }
.reply[data-kind="needs_clinician"] { --kind: light-dark(#6b2f86, #d3a6ea); }
.reply[data-kind="urgent"] {
  --kind: light-dark(#a0001c, #ffb3bb);
  border: 3px solid var(--kind); background: light-dark(#fff0f1, #38141a) !important; color: light-dark(#2a0006, #ffe9eb) !important;
  opacity: 1 !important; filter: none !important;
}
.reply[data-kind="urgent"] > :first-child { font-size: 1.25em; }
.reply[data-kind="urgent"] .quiet { color: inherit; }
.said:empty { display: none; }
.reply > button { align-self: flex-start; }
.step { color: var(--quiet); }
.calls a { min-height: 2.75em; padding: .4em 1em; border: 1px solid transparent; border-radius: var(--corner); text-decoration: none; background: light-dark(#a0001c, #ffb3bb); color: light-dark(#ffffff, #38141a); }
.calls a:hover { text-decoration: underline; }
.cite {
  display: inline-block; min-width: 2em; min-height: 2em; padding: 0 .2em; border: 0; font-size: .75em; line-height: 2em; text-align: center;
  border-radius: 1em; background: none; text-decoration: underline; unicode-bidi: isolate; vertical-align: middle; margin: -.25em -.15em;
}
.cite[aria-expanded="true"] { background: var(--accent); color: var(--on); }
.end { white-space: nowrap; }
.cards { display: contents; }
.source { padding: .75em .9em; border: 1px solid var(--line); border-radius: var(--corner); background: var(--paper); font-size: .9375em; }
.source > * + * { margin-block-start: .6em; }
.ratings { display: contents; }
.title, .cite { font-weight: 700; }
mark { padding: .1em .15em; background: light-dark(#ffe9a3, #5c4a10); color: light-dark(#2b2000, #fff3d6); box-decoration-break: clone; }
dl > div { display: flex; flex-wrap: wrap; gap: 0 .5em; }
dt { color: var(--quiet); }
dt::after { content: ":"; }
.original { display: inline-block; padding-block: .3em; }
.reply .actions { gap: 0 .2em; align-items: center; font-size: .75em; }
.reply .actions .quiet { font-size: 1em; margin-inline-end: auto; }
.reply .actions button { min-width: 24px; min-height: 26px; padding: 0 .35em; border-color: transparent; background: none; font-size: 1em; }
.reply .actions button[aria-pressed="true"] { border: 1px solid currentColor; }
.reply > .suggestions { display: grid; grid-template-columns: 1fr 1fr; gap: .4em; }
.suggestions button { min-height: 44px; }
.reply > .suggestions button { padding: .2em .6em; font-size: .8125em; line-height: 1.35; }
.more { align-items: flex-start; }
.more .field { width: 100%; }
.field { display: flex; flex-direction: column; gap: .3em; }
.handoff { padding: .9em 1em; border: 1px solid var(--edge); border-radius: var(--radius); }

.composer { padding: .4em .75em; border-block-start: 1px solid var(--line); }
.composer label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.composer ::placeholder { color: var(--quiet); opacity: 1; }
.composer textarea { field-sizing: content; max-height: 8em; resize: none; }
.row { display: flex; flex-wrap: wrap; gap: .5em; align-items: flex-end; }
.row .field { flex: 1 1 9em; }
#hint { margin-block-start: .2em; font-size: .75em; }
.tools { padding: 0 .9em .3em; font-size: .8125em; }
.tools .actions { gap: 0 1em; align-items: center; }
.tools button { min-height: 26px; padding: 0 .3em; margin-inline: -.3em; border-color: transparent; text-decoration: underline; }
.tools button.main { padding-inline: .8em; }
.printed { display: none; padding: 0 1em .7em; }

@media (max-width: 40em) {
  .floating .panel { inset: 0; width: 100%; height: 100%; max-width: none; max-height: none; border: 0; border-radius: 0; }
  .floating .panel.folded { height: var(--seen); inset-block: var(--above) auto; }
  .folded :is(.head, .person, .tools, .general) { display: none; }
  #hint, .tools .print { display: none; }
}
@media (max-height: 36em) {
  .panel { overflow: auto; display: block; }
  .panel > .notice { position: sticky; inset-block-start: 0; z-index: 1; }
  .log { overflow: visible; }
}
@media (prefers-reduced-motion: no-preference) {
  .reply, .asked { animation: appear .18s ease-out; }
  @keyframes appear { from { opacity: 0; transform: translateY(.3em); } }
}
@media (forced-colors: active) {
  button, .tools button, .asked, .calls a, .cite, .note, .source, .notice { border: 1px solid; }
  button[aria-pressed="true"], .cite[aria-expanded="true"] { outline: 2px solid Highlight; }
  .reply { border-inline-start-width: 5px; }
  mark { border-block-end: 2px solid; }
}
@media print {
  :host { color-scheme: light !important; }
  .launcher, .composer, .tools, .more, .handoff, button:not(.cite), .calls svg { display: none !important; }
  .panel { position: static !important; width: auto !important; height: auto !important; max-height: none !important; overflow: visible; display: block !important; border: 0; box-shadow: none !important; }
  dialog.panel:not(.printing), section.panel[hidden] { display: none !important; }
  .head, .asked, .calls a { background: none; color: inherit; border: 1px solid; }
  .log { overflow: visible; display: block; }
  .log > * { margin-block-end: 1em; }
  .asked { max-width: none; }
  .asked > .unseen { position: static; width: auto; height: auto; clip-path: none; }
  .source[hidden] { display: block !important; }
  .reply, .source { break-inside: avoid; }
  .original::after { content: " " attr(href); }
  .printed { display: block; }
}
`;
