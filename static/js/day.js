// A small calendar beside a day's field (WAI-ARIA date picker dialog). Without this file the field is typed alone.
(() => {
  if (window.dvDays) return;
  window.dvDays = true;
  const lang = document.documentElement.lang || "vi";
  const said = (options) => new Intl.DateTimeFormat(lang, options);
  const MONTH = said({ month: "long", year: "numeric" });
  const FULL = said({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const SHORT = said({ weekday: "narrow" });
  const known = new Map(); // year -> { "2026-02-17": ["tet", "Tết Nguyên đán"] }
  let dialog, field, shown, focused;

  const day = (y, m, d) => { const made = new Date(y, m, d); made.setFullYear(y < 100 ? 2000 + y : made.getFullYear()); return made; };
  const code = (on) => `${on.getFullYear()}-${String(on.getMonth() + 1).padStart(2, "0")}-${String(on.getDate()).padStart(2, "0")}`;
  const written = (on) => code(on).split("-").reverse().join("/");
  const moved = (on, days) => day(on.getFullYear(), on.getMonth(), on.getDate() + days);
  const inMonth = (on, months) => {
    const last = day(on.getFullYear(), on.getMonth() + months + 1, 0).getDate();
    return day(on.getFullYear(), on.getMonth() + months, Math.min(on.getDate(), last));
  };

  // As the field itself reads it: day first, two figures of a year are of this century, none is this year.
  function read(text) {
    const found = /^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?$/.exec(text) || /^(\d{2})(\d{2})(\d{4}|\d{2})?$/.exec(text);
    if (!found) return null;
    const [d, m, y] = [+found[1], +found[2] - 1, found[3] ? +found[3] : new Date().getFullYear()];
    const on = day(y < 100 ? 2000 + y : y, m, d);
    return on.getDate() === d && on.getMonth() === m ? on : null;
  }

  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "ico");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }

  async function learn(year) {
    if (known.has(year) || !document.body.dataset.daysOff) return;
    known.set(year, {});
    try {
      const answer = await fetch(`${document.body.dataset.daysOff}?of=${year}`);
      if (answer.ok) known.set(year, await answer.json());
    } catch { /* the calendar stays without colours */ }
    if (dialog.open) draw();
  }

  function build() {
    const words = field.dataset;
    const button = (label, name) => make("button", { type: "button", class: "btn btn-quiet btn-compact", "aria-label": label }, icon(name));
    const before = button(words.before, "chevron-left");
    const after = button(words.after, "chevron-right");
    before.addEventListener("click", () => turn(-1, before));
    after.addEventListener("click", () => turn(1, after));
    const today = make("button", { type: "button", class: "btn btn-outline-primary btn-compact" }, words.today);
    today.addEventListener("click", () => choose(new Date()));
    const close = make("button", { type: "button", class: "btn btn-quiet btn-compact" }, words.close);
    close.addEventListener("click", () => dialog.close());
    const head = make("div", { class: "dv-days-head" }, before, make("b", { id: "dv-days-month", "aria-live": "polite" }), after);
    const grid = make("table", { role: "grid", "aria-labelledby": "dv-days-month" });
    const note = make("p", { class: "dv-days-note", "aria-live": "polite" });
    dialog = make("dialog", { class: "dv-days", "aria-label": words.pick }, head, grid, note, make("div", { class: "dv-actions" }, today, close));
    grid.addEventListener("keydown", steer);
    grid.addEventListener("click", (event) => { const cell = event.target.closest("td[data-on]"); if (cell) choose(dated(cell)); });
    grid.addEventListener("pointerover", (event) => tell(event.target.closest("td")));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => field.parentElement.querySelector("[data-days-open]").focus());
    document.body.append(dialog);
  }

  const dated = (cell) => day(...cell.dataset.on.split("-").map((part, n) => (n === 1 ? part - 1 : +part)));
  const mark = (on) => (known.get(on.getFullYear()) || {})[code(on)];

  function draw() {
    const chosen = read(field.value.trim());
    const first = day(shown.getFullYear(), shown.getMonth(), 1);
    const start = moved(first, -((first.getDay() + 6) % 7));
    dialog.querySelector("#dv-days-month").textContent = MONTH.format(first);
    const head = make("tr");
    for (let n = 0; n < 7; n += 1) head.append(make("th", { scope: "col", abbr: said({ weekday: "long" }).format(moved(start, n)) }, SHORT.format(moved(start, n))));
    const rows = [];
    for (let week = 0; week < 6; week += 1) {
      const row = make("tr");
      for (let n = 0; n < 7; n += 1) {
        const on = moved(start, week * 7 + n);
        if (on.getMonth() !== first.getMonth()) { row.append(make("td")); continue; }
        const of = mark(on);
        const kind = of ? of[0] : n > 4 ? "weekend" : "";
        const cell = make("td", {
          role: "gridcell", "data-on": code(on), tabindex: code(on) === code(focused) ? 0 : -1,
          "aria-label": FULL.format(on) + (of ? `, ${of[1]}` : ""),
          "aria-selected": String(Boolean(chosen) && code(chosen) === code(on)),
        }, String(on.getDate()));
        if (kind) cell.className = `dv-cal-${kind}`;
        if (code(on) === code(new Date())) cell.setAttribute("aria-current", "date");
        row.append(cell);
      }
      if (row.querySelector("[data-on]")) rows.push(row);
    }
    const had = dialog.contains(document.activeElement) && document.activeElement.closest("table");
    dialog.querySelector("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    if (had) stand();
    learn(shown.getFullYear());
  }

  function stand() {
    const cell = dialog.querySelector(`td[data-on="${code(focused)}"]`);
    if (cell) { cell.focus(); tell(cell); }
  }

  function tell(cell) {
    const of = cell && cell.dataset.on && mark(dated(cell));
    dialog.querySelector(".dv-days-note").textContent = of ? `${written(dated(cell))}: ${of[1]}` : "\u00a0";
  }

  function turn(months) {
    focused = inMonth(focused, months);
    shown = focused;
    draw();
  }

  function steer(event) {
    const weekday = (focused.getDay() + 6) % 7;
    const year = event.shiftKey ? 12 : 1;
    const next = {
      ArrowLeft: () => moved(focused, -1), ArrowRight: () => moved(focused, 1),
      ArrowUp: () => moved(focused, -7), ArrowDown: () => moved(focused, 7),
      Home: () => moved(focused, -weekday), End: () => moved(focused, 6 - weekday),
      PageUp: () => inMonth(focused, -year), PageDown: () => inMonth(focused, year),
    }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(focused); return; }
    if (!next) return;
    event.preventDefault();
    focused = shown = next();
    draw();
    stand();
  }

  function choose(on) {
    field.value = written(on);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    dialog.close();
  }

  function open(of) {
    field = of;
    if (!dialog) build();
    focused = shown = read(field.value.trim()) || new Date();
    draw();
    dialog.showModal();
    stand();
  }

  function offer(root) {
    root.querySelectorAll("input[data-pick]:not([data-days])").forEach((of) => {
      of.dataset.days = "";
      const button = make("button", { type: "button", class: "btn btn-quiet", "aria-label": `${of.dataset.pick}: ${of.labels[0] ? of.labels[0].textContent.trim() : ""}`, "data-days-open": "" }, icon("calendar"));
      const around = make("span", { class: "dv-day-field" });
      of.before(around);
      around.append(of, button);
      button.addEventListener("click", () => open(of));
    });
  }

  document.addEventListener("htmx:afterSwap", () => offer(document));
  offer(document);
})();
