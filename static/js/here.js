// A button that lets the phone say where it is; without it the words alone say where.
(() => {
  const field = document.querySelector("[data-here]");
  if (!field || !navigator.geolocation) return;
  const form = field.form;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary mt-2" });
  const said = Object.assign(document.createElement("p"), { className: "mt-1 mb-0 dv-muted" });
  said.setAttribute("role", "status");
  button.textContent = field.dataset.here;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.longitude.value = coords.longitude.toFixed(6);
      field.value = coords.latitude.toFixed(6);
      said.textContent = field.dataset.found;
    },
    () => { said.textContent = field.dataset.failed; },
    { enableHighAccuracy: true, timeout: 10000 },
  ));
  form.elements.place.after(button, said);
})();
