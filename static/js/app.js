// Progressive enhancement only: every page works without this file.
(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  function revealPasswords(root) {
    each(root, "[data-reveal]", (button) => {
      const field = document.getElementById(button.dataset.reveal);
      if (!field) return;
      button.hidden = false;
      button.addEventListener("click", () => {
        const shown = field.type === "text";
        field.type = shown ? "password" : "text";
        button.setAttribute("aria-pressed", String(!shown));
      });
    });
  }

  // Eight seconds, but never while somebody reads it with the pointer or the keyboard; errors stay.
  function dismissToasts(root) {
    each(root, "[data-toast]", (toast) => {
      const close = () => toast.remove();
      const button = toast.querySelector("[data-dismiss]");
      button.hidden = false;
      button.addEventListener("click", close);
      if (toast.classList.contains("dv-toast-bad") || toast.classList.contains("dv-toast-warn")) return;
      let timer = setTimeout(close, 8000);
      const hold = () => clearTimeout(timer);
      const go = () => { hold(); timer = setTimeout(close, 8000); };
      toast.addEventListener("mouseenter", hold);
      toast.addEventListener("mouseleave", go);
      toast.addEventListener("focusin", hold);
      toast.addEventListener("focusout", go);
    });
  }

  // On a phone the filters beyond the search field start folded, unless one of them is set.
  function foldFilters(root) {
    if (!matchMedia("(max-width: 767.98px)").matches) return;
    each(root, ".dv-filter-more:not([data-narrowed])", (more) => { more.open = false; });
  }

  // After a list was filtered, say how much is left to those who do not see it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    const list = target && document.getElementById(target.id);
    const status = list && document.querySelector(`[data-announce="${list.id}"]`);
    const total = list && list.querySelector("[data-total]");
    if (status && total) status.textContent = total.textContent.trim();
  });

  document.addEventListener("click", (event) => {
    each(document, "details.dv-years[open]", (open) => { if (!open.contains(event.target)) open.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") each(document, "details.dv-years[open]", (open) => { open.open = false; open.querySelector("summary").focus(); });
  });

  // "/" leads to the search, arrows through what was found.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement;
    const types = here && (here.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName));
    const box = document.getElementById("search-words") || document.getElementById("search-box");
    if (event.key === "/" && !types && box && box.offsetParent) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = step ? [...document.querySelectorAll("[data-hits], a.dv-row[data-hit]")] : [];
    const next = stops[stops.indexOf(here) + step];
    if (stops.includes(here) && next) {
      event.preventDefault();
      next.focus();
    }
  });

  // A folded choice goes on saying how much of it is chosen.
  document.addEventListener("change", (event) => {
    const fold = event.target.closest("details[data-none]");
    if (!fold) return;
    const count = fold.querySelectorAll(`input${fold.dataset.counted || ":checked"}`).length;
    const { none, one, many } = fold.dataset;
    fold.querySelector("[data-said]").textContent = ([none, one][count] || many).replace("{n}", count);
  });

  // The bar under a list ticks all rows of the page, and says how many are ticked.
  document.addEventListener("change", (event) => {
    const bulk = event.target.form;
    const said = bulk && bulk.matches("[data-bulk]") && bulk.querySelector("[data-bulk-said]");
    if (!said) return;
    const boxes = [...bulk.elements].filter((box) => box.name === "row");
    const all = bulk.querySelector("[data-tick-all]");
    if (event.target === all) boxes.forEach((box) => (box.checked = all.checked));
    const count = boxes.filter((box) => box.checked).length;
    const every = bulk.querySelector("[data-tick-every]:checked");
    all.checked = count === boxes.length;
    bulk.toggleAttribute("data-some", count > 0 || !!every);
    const chosen = count ? said.dataset.many.replace("{n}", count) : said.dataset.none;
    said.textContent = every ? every.dataset.said : chosen;
  });

  // A file that is larger than the portal takes is told before it is sent.
  document.addEventListener("change", (event) => {
    const { mostBytes, tooLarge } = event.target.dataset;
    if (!mostBytes) return;
    const isTooLarge = [...event.target.files].some((file) => file.size > Number(mostBytes));
    event.target.setCustomValidity(isTooLarge ? tooLarge : "");
    event.target.reportValidity();
  });

  // The bell's number follows each minute, while somebody looks at the page.
  let asked = Date.now();
  function askForMessages() {
    if (document.hidden || !window.htmx || Date.now() - asked < 55000) return;
    asked = Date.now();
    htmx.trigger(document.body, "dv-minute");
  }
  setInterval(askForMessages, 60000);
  document.addEventListener("visibilitychange", askForMessages);

  revealPasswords(document);
  dismissToasts(document);
  foldFilters(document);
})();
