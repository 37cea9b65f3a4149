
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const status = document.getElementById("status");
  const cards = [...document.querySelectorAll(".card")];
  const drafts = [...document.querySelectorAll(".draft")];
  const marks = new Map();
  for (const mark of document.querySelectorAll("mark[data-finding]")) {
    const id = mark.dataset.finding;
    marks.set(id, [...(marks.get(id) || []), mark]);
  }

  function filter() {
    const off = { severity: new Set(), category: new Set(), rule: new Set(), file: new Set() };
    for (const box of form.querySelectorAll("input")) {
      if (!box.checked) off[box.name].add(box.value);
    }
    let shown = 0;
    for (const card of cards) {
      const hide = Object.keys(off).some((what) => off[what].has(card.dataset[what]));
      card.parentElement.hidden = hide;
      for (const mark of marks.get(card.dataset.finding) || []) mark.classList.toggle("off", hide);
      shown += hide ? 0 : 1;
    }
    for (const draft of drafts) draft.hidden = off.file.has(draft.dataset.file);
    status.textContent = `Showing ${shown} of ${cards.length} findings.`;
  }

  function copySelected(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }

  async function copy(element, button) {
    let done = false;
    try {
      await navigator.clipboard.writeText(element.textContent);
      done = true;
    } catch {
      done = copySelected(element);
    }
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  for (const text of document.querySelectorAll(".write")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => copy(text, button));
    text.after(button);
  }
  form.addEventListener("change", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();
})();
