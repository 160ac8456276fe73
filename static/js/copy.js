// A button that copies a text; without it the text is selected and copied by hand.
(() => {
  function offer(root) {
    root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  }
  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[data-copied]");
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    said.textContent = said.dataset.copied;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:afterSwap", () => offer(document));
  offer(document);
})();
