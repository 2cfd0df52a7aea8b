// Texts in the language of the page. They come with it as data (muster/web/words.py); the key is the English.
const element = document.getElementById("words");
const words = element ? JSON.parse(element.textContent) : {};

/** The text for an English one, its {names} filled in. */
export function t(text, values = {}) {
  return (words[text] || text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Make an element: attributes by name, `text` and `on` (listeners) besides, then children. */
export function make(tag, { text, on = {}, ...attributes } = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}
