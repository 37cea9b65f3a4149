
"use strict";
// Text from the draft or the service gets into the page as text nodes only, never as markup.
const SIGNS = { error: "▲", warning: "◆", info: "●" };
const RANK = { error: 3, warning: 2, info: 1 };
const id = (name) => document.getElementById(name);
let asking = null;

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function counted(counts) {
  const parts = ["error", "warning", "info"]
    .filter((severity) => counts[severity])
    .map((severity) => `${counts[severity]} ${severity}${counts[severity] === 1 || severity === "info" ? "" : "s"}`);
  return parts.join(", ") || "nothing found";
}

// The draft cut at every start and end of a finding, each cut in the style of the gravest one.
function marked(text, findings) {
  const cuts = new Set([0, text.length]);
  for (const one of findings) { cuts.add(one.start.utf16); cuts.add(one.end.utf16); }
  const places = [...cuts].sort((a, b) => a - b);
  const out = document.createDocumentFragment();
  const starting = new Map();
  findings.forEach((one, at) => {
    const here = starting.get(one.start.utf16) || [];
    starting.set(one.start.utf16, [...here, at]);
  });
  places.forEach((from, step) => {
    for (const at of starting.get(from) || []) {
      const one = findings[at];
      out.append(element("a", { className: `badge ${one.severity}`, id: `m${at + 1}`, href: `#f${at + 1}`, ariaLabel: `Finding ${at + 1}, ${one.severity}` }, `${SIGNS[one.severity]}${at + 1}`));
    }
    const to = places[step + 1];
    if (to === undefined) return;
    const inside = findings.filter((one) => one.start.utf16 <= from && to <= one.end.utf16);
    const words = text.slice(from, to);
    if (!inside.length) { out.append(words); return; }
    const gravest = inside.reduce((a, b) => (RANK[b.severity] > RANK[a.severity] ? b : a));
    out.append(element("mark", { className: gravest.severity }, words));
  });
  return out;
}

function copyButton(text, number) {
  const button = element("button", { type: "button", className: "copy" }, "Copy", element("span", { className: "unseen" }, ` suggestion of finding ${number}`));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      id("status").textContent = "The suggestion is on the clipboard.";
    } catch {
      id("status").textContent = "The browser does not allow copying; select the text instead.";
    }
  });
  return button;
}

function authority(one) {
  if (!/^https?:\/\//.test(one.url)) return element("li", {}, one.title);
  return element("li", {}, element("a", { href: one.url, rel: "noreferrer noopener" }, one.title));
}

function card(one, number) {
  const heading = element("h3", { id: `t${number}` }, element("span", { className: `badge ${one.severity}`, ariaHidden: "true" }, `${SIGNS[one.severity]}${number}`), ` ${one.severity}: ${one.name.replaceAll("-", " ")}`);
  const body = [heading, element("p", { className: "dim" }, element("code", {}, one.rule), ` · ${one.category} · line ${one.start.line} · `, element("a", { href: `#m${number}` }, "show in the draft", element("span", { className: "unseen" }, ` (finding ${number})`))), element("p", {}, one.message)];
  const advice = one.suggestions.length ? one.suggestions : one.fix ? [one.fix.text || "(leave it out)"] : [];
  if (advice.length) {
    body.push(element("p", { className: "label" }, "Write instead"), element("ul", {}, ...advice.map((text) => element("li", {}, text, copyButton(text, number)))));
  }
  if (one.authorities.length) {
    body.push(element("p", { className: "label" }, "Authority"), element("ul", {}, ...one.authorities.map(authority)));
  }
  const article = element("article", { className: `card ${one.severity}`, id: `f${number}`, tabIndex: -1 }, ...body);
  article.setAttribute("aria-labelledby", `t${number}`);
  return element("li", {}, article);
}

function show(report, text) {
  const [file] = report.files;
  const verdict = report.verdict;
  id("problem").textContent = [file.error, ...report.notices].filter(Boolean).join(" ");
  id("status").textContent = `${counted(verdict.counts)}. ${verdict.blocked ? "This would be blocked." : "This may be published."}`;
  id("marked").replaceChildren(marked(text, file.findings));
  id("cards").replaceChildren(...file.findings.map((one, at) => card(one, at + 1)));
  id("none").hidden = file.findings.length > 0 || file.error !== null;
  id("list-title").textContent = `Findings (${file.findings.length})`;
  id("result").hidden = false;
}

async function check() {
  if (asking) asking.abort();
  const own = (asking = new AbortController());
  const text = id("text").value;
  const headers = { "Content-Type": "application/json" };
  if (!id("token-row").hidden) headers.Authorization = `Bearer ${id("token").value}`;
  id("problem").textContent = "";
  id("status").textContent = "Checking …";
  id("form").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("v1/check", { method: "POST", headers, credentials: "omit", signal: own.signal, body: JSON.stringify({ text, format: id("format").value, profile: id("profile").value }) });
    const said = await answer.json();
    if (own !== asking) return;
    if (answer.ok) { show(said, text); return; }
    id("status").textContent = "";
    id("problem").textContent = `Not checked. ${said.title}: ${said.detail}`;
    if (answer.status === 401) id("token").focus();
  } catch (error) {
    if (own !== asking || error.name === "AbortError") return;
    id("status").textContent = "";
    id("problem").textContent = "Not checked: the service does not answer. Your draft is still here; try again.";
  } finally {
    if (own === asking) id("form").setAttribute("aria-busy", "false");
  }
}

id("form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
id("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); id("form").requestSubmit(); }
});
