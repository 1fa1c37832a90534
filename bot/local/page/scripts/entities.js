// A message's text with its entities, as DOM nodes. JavaScript counts in UTF-16 code units, and so
// do the entities.
import { make } from "./dom.js";

const ELEMENTS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children) {
  const href = safeAddress(address);
  if (!href) return make("span", {}, children);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

// No <button>: it would not break across lines with the text around it.
function command(inside, children, onCommand) {
  const press = (event) => {
    event.preventDefault();
    onCommand(inside);
  };
  return make("a", {
    href: "#", role: "button", class: "link", onclick: press,
    onkeydown: (event) => event.key === " " && press(event),
  }, children);
}

function wrap(entity, text, children, onCommand) {
  const inside = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type === "code" && inside.includes("\n")) return make("code", { class: "lines" }, children);
  if (ELEMENTS[entity.type]) return make(ELEMENTS[entity.type], {}, children);
  switch (entity.type) {
    case "pre": return make("pre", {}, make("code", {}, children));
    case "text_link": return link(entity.url, children);
    case "url": return link(inside, children);
    case "email": return link(`mailto:${inside}`, children);
    case "bot_command": return command(inside, children, onCommand);
    case "spoiler":
      return make("button", {
        type: "button", class: "spoiler", "aria-label": "Hidden text, press to show",
        onclick: (event) => {
          event.currentTarget.classList.add("shown");
          event.currentTarget.removeAttribute("aria-label");
        },
      }, children);
    default: return make("span", {}, children);
  }
}

function isBlock(entity, inside) {
  return entity.type === "pre" || entity.type.endsWith("blockquote")
    || (entity.type === "code" && inside.includes("\n"));
}

function build(text, entities, start, end, onCommand) {
  const nodes = [];
  let place = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    // A block stands on lines of its own: the line breaks beside it would be empty lines.
    const block = isBlock(entity, text.slice(entity.offset, stop));
    const before = text.slice(place, entity.offset);
    const cut = block && before.endsWith("\n") ? before.slice(0, -1) : before;
    if (cut) nodes.push(cut);
    const inner = build(text, entities.slice(index + 1, next), entity.offset, stop, onCommand);
    nodes.push(wrap(entity, text, inner, onCommand));
    place = block && text[stop] === "\n" && stop < end ? stop + 1 : stop;
    index = next;
  }
  if (place < end) nodes.push(text.slice(place, end));
  return nodes;
}

/** Nodes for `text`; pressing a command calls `onCommand` with it. */
export function rich(text, entities, onCommand) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, onCommand);
}
