// Language of the person, and light or dark.
import { byId, make } from "./dom.js";
import { toast } from "./notices.js";
import * as server from "./server.js";

const LANGUAGES = {
  en: "English", de: "Deutsch", es: "Español", fr: "Français", it: "Italiano", nl: "Nederlands",
  pl: "Polski", pt: "Português", ru: "Русский", tr: "Türkçe", uk: "Українська", zh: "中文",
};
const THEME_KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function paint() {
  const chosen = localStorage.getItem(THEME_KEY) || (system.matches ? "dark" : "light");
  document.documentElement.dataset.theme = chosen;
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
  document.querySelector('meta[name="theme-color"]').content = colour;
}

export class Settings {
  constructor(chat) {
    this.chat = chat;
    byId("open-settings").addEventListener("click", () => this.open());
    byId("language").addEventListener("change", (event) => this.setLanguage(event.target.value));
    for (const choice of document.getElementsByName("theme")) {
      choice.checked = choice.value === (localStorage.getItem(THEME_KEY) ?? "");
      choice.addEventListener("change", () => {
        localStorage.setItem(THEME_KEY, choice.value);
        paint();
      });
    }
    system.addEventListener("change", paint);
    paint();
  }

  async open() {
    byId("settings").showModal();
    this.draw();
    await this.chat.refreshPeople(); // the bot may have told its languages since
    this.draw();
  }

  draw() {
    const person = this.chat.person(this.chat.current.user);
    byId("language-of").textContent = person?.first_name ?? "this person";
    this.offerLanguages();
    byId("language").value = person?.language_code ?? "en";
  }

  /** The bot's own languages first: those in which it offers its commands. */
  offerLanguages() {
    const spoken = new Set(["en", ...this.chat.people.languages]);
    const group = (label, has) => make("optgroup", { label }, Object.entries(LANGUAGES)
      .filter(([code]) => spoken.has(code) === has)
      .map(([code, name]) => make("option", { value: code }, name)));
    byId("language").replaceChildren(group("The bot speaks", true), group("Others that Telegram has", false));
  }

  async setLanguage(code) {
    try {
      this.chat.people = await server.changePerson({ id: this.chat.current.user, language_code: code });
      await this.chat.refreshMenu(this.chat.current);
      await this.chat.refreshPeople();
    } catch (error) {
      toast(error.message);
    }
  }
}
