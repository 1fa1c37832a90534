// What the scripts say: the page carries the sentences in its reader's language (languages/scripts.py).

const language = document.documentElement.lang;
const sentences = JSON.parse(document.getElementById("sentences")?.content.textContent ?? "{}");
const plurals = new Intl.PluralRules(language);

export const number = (value) => value.toLocaleString(language);

// The sentence of that name; its plural goes by `count`.
export function say(name, values = {}) {
  const sentence = sentences[name];
  const text = typeof sentence === "string" ? sentence : sentence[plurals.select(values.count)] ?? sentence.other;
  return text.replace(/\{(\w+)\}/g, (_, value) => (typeof values[value] === "number" ? number(values[value]) : values[value]));
}
