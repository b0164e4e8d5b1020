// <theme-switch>: light, dark, or as the machine does. Kept in a cookie, so the server draws the next page in it without a flash.
const root = document.documentElement;

function choose(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${theme === "auto" ? "" : theme}; path=/; max-age=${theme === "auto" ? 0 : 31536000}; samesite=lax`;
  document.querySelectorAll("theme-switch").forEach((element) => element.mark());
}

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (button) choose(button.dataset.themeChoice);
    });
    this.mark();
  }
  mark() {
    const current = root.dataset.theme || "auto";
    this.querySelectorAll("[data-theme-choice]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.themeChoice === current));
  }
}
customElements.define("theme-switch", ThemeSwitch);
