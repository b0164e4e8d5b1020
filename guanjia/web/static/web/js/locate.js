// button[data-locate="id of an input"]: writes where the phone is into the input, if its owner lets it. Never needed, never asked unpressed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  const place = button && document.getElementById(button.dataset.locate);
  if (!place || !navigator.geolocation) return;
  button.setAttribute("aria-busy", "true");
  const over = () => button.removeAttribute("aria-busy");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    place.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ±${Math.round(coords.accuracy)} m`;
    place.dispatchEvent(new Event("input", { bubbles: true }));
    over();
  }, over, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
});
