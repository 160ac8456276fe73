// Keeps a draft while it is typed: two seconds after the last key, when a field is left, and at once when a file is
// chosen. The page works the same without it: the buttons save.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = document.getElementById("saved");
  const papers = document.getElementById("papers");
  const refused = document.getElementById("refused");
  const files = form.querySelector("input[type=file]");
  let timer = 0, running = null, dirty = false;

  const say = (text) => { if (status) status.textContent = text; };

  // Beside the field: the line under the title is out of sight there.
  function complain(sentences) {
    refused.replaceChildren(...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }));
  }

  function body(withFiles) {
    const data = new FormData(form);
    if (files && !withFiles) data.delete(files.name);
    return data;
  }

  // One at a time, so that the first save of a new draft makes one draft and not two.
  async function save(withFiles = false) {
    clearTimeout(timer);
    if (running) { await running; if (!dirty && !withFiles) return; }
    dirty = false;
    running = send(withFiles);
    await running;
    running = null;
  }

  async function send(withFiles) {
    if (withFiles) say(form.dataset.busy);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: body(withFiles), headers: { Accept: "application/json" } });
      const kept = await answer.json();
      say(kept.said);
      if (withFiles) complain(kept.refused || []);
      if (!answer.ok) return;
      form.action = kept.action;
      form.dataset.autosave = kept.autosave;
      if (location.pathname !== kept.action) history.replaceState(null, "", kept.action);
      if (withFiles) { papers.innerHTML = kept.papers; files.value = ""; }
    } catch {
      dirty = true;
      say(form.dataset.offline);
      timer = setTimeout(save, 15000);
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target === files) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  form.addEventListener("focusout", () => { if (dirty) save(); });
  if (files) files.addEventListener("change", () => { if (files.files.length) save(true); });

  // A button pressed while a save is under way waits for it, so that it acts on the same draft.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!running) return;
    event.preventDefault();
    const button = event.submitter;
    running.finally(() => { running = null; form.requestSubmit(button); });
  });
})();
