// form[data-queue]: without a network the form waits on this device and is handed in when there is one again.
// It carries its form key, so the server takes it once however often it arrives. Also shows [data-offline].
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");
const notes = document.querySelectorAll("[data-offline]");

const store = (mode, work) => new Promise((done, failed) => {
  const opening = indexedDB.open("guanjia", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("queue", mode);
    const request = work(transaction.objectStore("queue"));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = () => failed(transaction.error);
  };
});

function tell(text, stay = false) {
  notes.forEach((note) => {
    note.hidden = !(text || !navigator.onLine);
    if (text) note.querySelector("[data-offline-words]").textContent = text;
  });
  if (text && !stay) setTimeout(() => tell(""), 6000);
}

async function put(form, submitter) {
  const data = new FormData(form, submitter);
  await store("readwrite", (queue) => queue.add({ url: form.action, entries: [...data.entries()], at: Date.now(), refused: false }));
  tell(words.queued, true);
  document.dispatchEvent(new CustomEvent("guanjia:queued", { detail: { url: form.action } }));
}

async function handIn() {
  if (!navigator.onLine) return;
  const waiting = (await store("readonly", (queue) => queue.getAll())).filter((item) => !item.refused);
  for (const item of waiting) {
    const data = new FormData();
    item.entries.forEach(([name, value]) => data.append(name, value));
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (token) data.set("csrfmiddlewaretoken", token);
    let answer;
    try { answer = await fetch(item.url, { method: "POST", body: data, credentials: "same-origin" }); } catch { return; }
    if (answer.ok) await store("readwrite", (queue) => queue.delete(item.id));
    else if (answer.status < 500) await store("readwrite", (queue) => queue.put({ ...item, refused: true }));
    else return;                              // the server is unwell: keep it and try again later
    tell(answer.ok ? words.queue_sent : words.queue_refused, !answer.ok);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!form || navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  put(form, event.submitter);
});
addEventListener("offline", () => tell(""));
addEventListener("online", () => { tell(""); handIn(); });
tell("");
if (notes.length) handIn();
