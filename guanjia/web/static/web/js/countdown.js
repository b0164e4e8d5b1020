// <count-down data-due data-from data-soon data-phase>: keeps the words, the bar and the phase of a promise up to date.
// The server has already drawn them right for the page's moment; the clock is the server's (<meta name="now">), which may be moved.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const words = JSON.parse(meta("words") || "{}");
const loadedAt = Date.now();
const ahead = meta("now") ? Date.parse(meta("now")) - loadedAt : 0;
const now = () => Date.now() + ahead;

const say = (key, values) => words[key].replace(/%\((\w+)\)s/g, (_, name) => values[name]);

function span(milliseconds) {
  const total = Math.floor(Math.abs(milliseconds) / 1000);
  const days = Math.floor(total / 86400), hours = Math.floor(total / 3600) % 24, minutes = Math.floor(total / 60) % 60;
  const seconds = minutes ? String(total % 60).padStart(2, "0") : total % 60;
  const key = days >= 10 || (days && !hours) ? "days" : days ? "days_hours" : hours ? (minutes ? "hours_minutes" : "hours")
    : minutes >= 10 ? "minutes" : minutes ? "minutes_seconds" : "seconds";
  return say(key, { days, hours, minutes, seconds });
}

class CountDown extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.due || !words.left) return;
    this.due = Date.parse(this.dataset.due);
    this.from = this.dataset.from ? Date.parse(this.dataset.from) : null;
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }
  disconnectedCallback() {
    clearInterval(this.timer);
  }
  tick() {
    const left = this.due - now();
    const phase = left < 0 ? "late" : left <= Number(this.dataset.soon) * 1000 ? "soon" : "running";
    const text = say(left < 0 ? "late" : "left", { span: span(left) });
    const time = this.querySelector(".countdown-words");
    if (time.textContent !== text) time.textContent = text;
    const bar = this.querySelector("progress");
    if (bar && this.from) bar.value = Math.min(100, Math.round((100 * (now() - this.from)) / (this.due - this.from)));
    if (phase !== this.dataset.phase) this.enter(phase);
  }
  enter(phase) {
    this.dataset.phase = phase;
    if (phase === "late") this.querySelector("progress")?.remove();
    const use = this.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, { running: "#clock", soon: "#hourglass", late: "#warn" }[phase]));
    this.closest("[data-phase]:not(count-down)")?.setAttribute("data-phase", phase);
  }
}
customElements.define("count-down", CountDown);
