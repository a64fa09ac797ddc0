// Registers the element. A browser too old for it, or with JavaScript off, goes on showing what stands between the tags.

import { IsletbotChat } from "./element.js";

const able = "replaceSync" in CSSStyleSheet.prototype && "showPopover" in HTMLElement.prototype && CSS.supports("color", "light-dark(#000, #fff)");
if (able && !customElements.get("isletbot-chat")) customElements.define("isletbot-chat", IsletbotChat);
