// <signature-pad>: draws what a finger or a mouse writes and keeps it as a PNG data URL in its hidden input.
class SignaturePad extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector("canvas");
    this.input = this.querySelector("input[type=hidden]");
    this.querySelector("[data-signature-clear]").addEventListener("click", () => this.clear());
    this.fit();
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => this.end());
    this.closest("form")?.addEventListener("submit", (event) => this.demand(event));
  }
  fit() {
    const scale = devicePixelRatio || 1;
    this.canvas.width = this.canvas.clientWidth * scale;
    this.canvas.height = this.canvas.clientHeight * scale;
    this.pen = this.canvas.getContext("2d");
    this.pen.scale(scale, scale);
    Object.assign(this.pen, { lineWidth: 2.6, lineCap: "round", lineJoin: "round", strokeStyle: "#182124" });
  }
  begin(event) {
    if (this.canvas.width !== Math.round(this.canvas.clientWidth * (devicePixelRatio || 1))) this.fit();   // it was hidden or turned
    this.canvas.setPointerCapture(event.pointerId);
    this.writing = true;
    this.pen.beginPath();
    this.pen.moveTo(event.offsetX, event.offsetY);
    this.pen.lineTo(event.offsetX + 0.1, event.offsetY);
    this.pen.stroke();
  }
  draw(event) {
    if (!this.writing) return;
    event.preventDefault();
    this.pen.lineTo(event.offsetX, event.offsetY);
    this.pen.stroke();
  }
  end() {
    if (!this.writing) return;
    this.writing = false;
    this.setAttribute("data-signed", "");
    this.input.value = this.canvas.toDataURL("image/png");
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.removeAttribute("data-signed");
    this.input.value = "";
  }
  demand(event) {
    if (!("required" in this.input.dataset) || this.input.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.setAttribute("data-missing", "");
    this.scrollIntoView({ block: "center" });
  }
}
customElements.define("signature-pad", SignaturePad);
