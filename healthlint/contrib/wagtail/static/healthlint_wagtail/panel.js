/* The health check's side panel. Wagtail puts its inside anew with every autosave, so everything is
   bound to the document, and what somebody is typing in the panel is put back. */
(function () {
    "use strict";

    const typed = new Map(); // id of a field in the panel -> its value
    const open = new Set(); // which details are open
    let live;

    const panel = () => document.querySelector("[data-healthlint]");
    const key = (details) => {
        const card = details.closest("[data-fingerprint]");
        return card && card.dataset.fingerprint + (details.classList.contains("healthlint__waive") ? "w" : "a");
    };

    // -- what changes when the panel does -------------------------------------------------------

    function refreshed() {
        const root = panel();
        if (!root) return;
        for (const [id, value] of typed) {
            const field = document.getElementById(id);
            if (field && field.value !== value) field.value = value;
        }
        for (const details of root.querySelectorAll("[data-healthlint-keep]")) {
            if (open.has(key(details))) details.open = true;
        }
        const total = Number(root.dataset.total);
        const counter = document.querySelector('[data-side-panel-toggle="healthlint"] [data-side-panel-toggle-counter]');
        if (counter && counter.textContent.trim() !== String(total)) counter.textContent = String(total);
        if (counter) counter.hidden = total === 0;
        if (live && root.dataset.summary && live.dataset.last !== root.dataset.summary) {
            live.dataset.last = root.dataset.summary;
            live.textContent = root.dataset.summary;
        }
    }

    function watch() {
        const holder = document.querySelector('[data-side-panel="healthlint"]');
        if (!holder) return;
        markReturned();
        live = document.createElement("div");
        live.className = "healthlint__live";
        live.setAttribute("role", "status");
        live.setAttribute("aria-live", "polite");
        const label = document.querySelector('[data-side-panel-toggle="healthlint"]');
        live.setAttribute("aria-label", (label && label.getAttribute("data-w-tooltip-content-value")) || "");
        holder.parentNode.append(live);
        live.dataset.last = panel() ? panel().dataset.summary : "";
        new MutationObserver(refreshed).observe(holder, { childList: true, subtree: true });
        refreshed();
    }

    function say(card, text) {
        const place = card && card.isConnected && card.querySelector("[data-healthlint-said]");
        if (place) place.textContent = text;
        else if (live) live.textContent = text;
    }

    // -- places in the editor -------------------------------------------------------------------

    function find(contentpath) {
        let place = document.querySelector("[data-edit-form]");
        let depth = null;
        for (const name of contentpath.split(".")) {
            const inner = place && place.querySelector(`[data-contentpath="${CSS.escape(name)}"]`);
            if (!inner) break;
            depth = inner;
            place = inner;
        }
        return depth;
    }

    function show(link) {
        const target = find(link.dataset.healthlintGo) || document.getElementById(link.hash.slice(1));
        if (!target) return false;
        const tab = target.closest('[role="tabpanel"]');
        if (tab && tab.hidden) {
            const button = document.querySelector(`[role="tab"][href="#${CSS.escape(tab.id)}"]`);
            if (button) button.click();
        }
        for (let part = target.closest("[data-panel]"); part; part = part.parentElement.closest("[data-panel]")) {
            const toggle = part.querySelector("[data-panel-toggle][aria-expanded='false']");
            if (toggle && part.contains(target)) toggle.click();
        }
        target.scrollIntoView({ block: "center" });
        const field = target.matches("input, textarea") ? target : target.querySelector("[contenteditable='true'], textarea:not([hidden]), input:not([type='hidden'])");
        if (field) field.focus({ preventScroll: true });
        return true;
    }

    // -- suggestions ----------------------------------------------------------------------------

    const squeezed = (text) => text.replace(/\s+/g, " ").trim();

    function pattern(text) {
        const words = squeezed(text).split(" ").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        return new RegExp(words.join("\\s+"), "g");
    }

    function inInput(field, old, text) {
        const found = [...field.value.matchAll(pattern(old))];
        if (found.length !== 1) return false;
        const start = found[0].index;
        const value = field.value.slice(0, start) + text + field.value.slice(start + found[0][0].length);
        const owner = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
        Object.getOwnPropertyDescriptor(owner.prototype, "value").set.call(field, value);
        for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
        return true;
    }

    /* In Draftail only the letters that differ are exchanged, so bold words and links stay. */
    function inRichText(field, old, text) {
        const editor = field.draftailEditor;
        const Draft = window.DraftJS;
        if (!editor || !Draft || !editor.getEditorState) return false;
        const state = editor.getEditorState();
        const blocks = state.getCurrentContent().getBlocksAsArray().filter((one) => squeezed(one.getText()) === squeezed(old));
        if (blocks.length !== 1) return false;
        const now = blocks[0].getText();
        let head = 0;
        while (head < now.length && head < text.length && now[head] === text[head]) head += 1;
        let tail = 0;
        while (tail < now.length - head && tail < text.length - head && now[now.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
        const range = Draft.SelectionState.createEmpty(blocks[0].getKey()).merge({ anchorOffset: head, focusOffset: now.length - tail });
        const content = Draft.Modifier.replaceText(state.getCurrentContent(), range, text.slice(head, text.length - tail));
        editor.onChange(Draft.EditorState.push(state, content, "insert-characters"));
        return true;
    }

    function replace(contentpath, old, text) {
        const place = find(contentpath);
        if (!place) return false;
        const rich = [...place.querySelectorAll("input")].filter((one) => one.draftailEditor);
        if (rich.length === 1) return inRichText(rich[0], old, text);
        const fields = [...place.querySelectorAll("textarea, input[type='text']")];
        const holding = place.matches("textarea, input") ? [place] : fields.filter((one) => pattern(old).test(one.value));
        return holding.length === 1 && inInput(holding[0], old, text);
    }

    // -- after a refusal ------------------------------------------------------------------------

    /* Wagtail does not autosave a form that came back with errors, so the panel would go on showing
       what is mended already. What is typed there is saved as a draft as anywhere else. */
    let waiting;
    const came = () => document.querySelector("[data-edit-form][data-healthlint-returned]");

    function saveSoon() {
        const form = came();
        if (!form) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true, detail: { type: "edits" } })), 700);
    }

    function markReturned() {
        const form = document.querySelector("[data-edit-form][data-w-unsaved-force-value='true']");
        if (form && /w-autosave/.test(form.dataset.controller || "")) form.dataset.healthlintReturned = "";
    }

    // -- requests -------------------------------------------------------------------------------

    async function post(url, data) {
        const token = document.querySelector("[name='csrfmiddlewaretoken']");
        const response = await fetch(url, {
            method: "POST",
            body: data,
            credentials: "same-origin",
            headers: { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token ? token.value : "" },
        });
        const type = response.headers.get("content-type") || "";
        if (!type.includes("json")) throw new Error(String(response.status));
        return response.json();
    }

    async function apply(button) {
        const root = panel();
        const card = button.closest("[data-fingerprint]");
        button.disabled = true;
        try {
            const data = new URLSearchParams({ fingerprint: card.dataset.fingerprint, number: button.dataset.healthlintApply });
            const made = await post(root.dataset.applyUrl, data);
            if (!made.ok) say(card, made.message);
            else if (replace(made.contentpath, made.old, made.new)) {
                say(card, made.new.includes("[") ? root.dataset.saidBrackets : root.dataset.saidApplied);
                saveSoon();
            } else say(card, root.dataset.saidMoved);
        } catch (error) {
            say(card, root.dataset.saidFailed);
        }
        button.disabled = false;
    }

    async function decide(form) {
        const root = panel();
        const card = form.closest("li");
        const holder = root.parentNode;
        try {
            const answer = await post(form.action, new FormData(form));
            say(card, answer.message);
            if (!answer.ok) return;
            for (const field of form.elements) typed.delete(field.id);
            const inside = await fetch(root.dataset.panelUrl, { credentials: "same-origin" });
            if (!inside.ok) throw new Error(String(inside.status));
            const made = document.createElement("div");
            made.innerHTML = await inside.text();
            root.replaceWith(made.querySelector("[data-healthlint]"));
            const heading = holder.querySelector(".healthlint__summary");
            if (heading) { heading.tabIndex = -1; heading.focus(); }
            say(null, answer.message);
        } catch (error) {
            say(card, root.dataset.saidFailed);
        }
    }

    async function copy(button) {
        const root = panel();
        const text = button.closest("li").querySelector("[data-healthlint-text]").textContent;
        const card = button.closest("[data-fingerprint]");
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) { // not over plain HTTP
            const field = document.createElement("textarea");
            field.value = text;
            document.body.append(field);
            field.select();
            document.execCommand("copy");
            field.remove();
            button.focus();
        }
        say(card, root.dataset.saidCopied);
    }

    document.addEventListener("click", (event) => {
        const at = event.target instanceof Element ? event.target : null;
        if (!at) return;
        const link = at.closest("[data-healthlint-go]");
        if (link && show(link)) event.preventDefault();
        const use = at.closest("[data-healthlint-apply]");
        if (use) apply(use);
        const button = at.closest("[data-healthlint-copy]");
        if (button) copy(button);
    });
    document.addEventListener("submit", (event) => {
        if (!event.target.matches("[data-healthlint-form]")) return;
        event.preventDefault();
        decide(event.target);
    });
    for (const type of ["input", "keyup", "change"]) {
        document.addEventListener(type, (event) => {
            if (event.target.closest && event.target.closest("[data-edit-form]")) saveSoon();
        });
    }
    document.addEventListener("input", (event) => {
        if (event.target.closest("[data-healthlint]") && event.target.id) typed.set(event.target.id, event.target.value);
    });
    document.addEventListener("toggle", (event) => {
        if (!event.target.matches || !event.target.matches("[data-healthlint-keep]") || !event.target.isConnected) return;
        if (event.target.open) open.add(key(event.target));
        else open.delete(key(event.target));
    }, true);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
    else watch();
})();
