// Two photos of a spot laid over each other: a slider, also by arrow keys, says how much of the later one is seen.
(() => {
  document.querySelectorAll("[data-slider]").forEach((pair) => {
    const [before, after] = pair.querySelectorAll("figure");
    if (!before || !after) return;
    const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, value: 50, className: "dv-slide" });
    range.setAttribute("aria-label", pair.dataset.slider);
    const image = after.querySelector("img");
    const show = () => {
      image.style.clipPath = `inset(0 0 0 ${100 - range.value}%)`;
      range.setAttribute("aria-valuetext", `${range.value}%`);
    };
    pair.classList.remove("dv-pair-two");
    pair.classList.add("dv-slider");
    pair.after(range);
    range.addEventListener("input", show);
    show();
  });
})();
