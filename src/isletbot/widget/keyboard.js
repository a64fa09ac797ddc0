// A phone's keyboard lies over the page without changing its size: only the visual viewport tells.

/** While a keyboard is up the head folds away, and the field stays above the keyboard. A person who zooms in has none up. */
export function watchKeyboard(node, signal) {
  const view = window.visualViewport;
  const fit = () => {
    node.classList.toggle("folded", view.scale < 1.05 && view.height < 0.75 * window.innerHeight);
    node.style.setProperty("--seen", `${view.height}px`);
    node.style.setProperty("--above", `${view.offsetTop}px`);
  };
  for (const name of ["resize", "scroll"]) view?.addEventListener(name, fit, { signal });
}
