// <photo-input>: shows chosen pictures at once, makes them at most 1,600 px wide or high before they travel, and lets one be taken back.
const LONGEST = 1600;
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");

async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 600_000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;                              // a format this browser cannot draw travels as it is
  }
}

class PhotoInput extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("[data-photo-list]");
    this.files = [];
    this.input.addEventListener("change", () => this.take([...this.input.files]));
  }
  async take(chosen) {
    const fresh = await Promise.all(chosen.map(smaller));
    this.files = this.input.multiple ? [...this.files, ...fresh] : fresh;
    this.show();
  }
  show() {
    const carried = new DataTransfer();
    this.files.forEach((file) => carried.items.add(file));
    this.input.files = carried.files;
    this.list.querySelectorAll("[data-photo]").forEach((photo) => photo.remove());
    this.files.forEach((file, index) => this.list.lastElementChild.before(this.preview(file, index)));
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }
  preview(file, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "photo";
    button.dataset.photo = "";
    button.title = button.ariaLabel = words.photo_remove || "";
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    image.alt = file.name;
    button.append(image);
    const cross = document.createElement("span");
    cross.className = "photo-remove";
    cross.textContent = "×";
    button.append(cross);
    button.addEventListener("click", () => { this.files.splice(index, 1); this.show(); });
    return button;
  }
}
customElements.define("photo-input", PhotoInput);
