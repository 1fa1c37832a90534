// Making elements without ever parsing text as HTML.

const PATHS = {
  send: "M4 12 20 4l-5 16-3.500-6.500z M11.500 13.500 20 4",
  clip: "m20 11-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 4.800 4.800L9.500 17a1.700 1.700 0 0 1-2.400-2.400L14.500 7",
  photo: "M4 5h16v14H4z M4 16l5-5 4 4 3-3 4 4 M15.500 9.500h.01",
  reply: "M10 6 4 12l6 6 M4 12h9a7 7 0 0 1 7 7",
  plus: "M12 5v14 M5 12h14",
  close: "M6 6l12 12 M18 6 6 18",
  down: "M6 9l6 6 6-6",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  menu: "M4 7h16 M4 12h16 M4 17h16",
  file: "M7 3h7l4 4v14H7z M14 3v4h4",
  settings: "M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 5v4 M9 15v4",
};

/** An icon as an SVG element. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  for (const [key, value] of Object.entries({
    fill: "none", stroke: "currentColor", "stroke-width": "1.9",
    "stroke-linecap": "round", "stroke-linejoin": "round",
  })) path.setAttribute(key, value);
  svg.append(path);
  return svg;
}

/** An element with attributes (`on…` are listeners) and children (strings become text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Put the icons where the page names them. */
export function drawIcons() {
  for (const place of document.querySelectorAll("[data-icon]")) place.append(icon(place.dataset.icon));
}
