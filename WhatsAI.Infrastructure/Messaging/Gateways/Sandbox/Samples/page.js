// The sandbox's control page: posts its forms as JSON and refreshes what changes by itself.
const { root, lang, names } = document.body.dataset;
const said = document.getElementById("said");

function say(text, bad) {
  said.textContent = text;
  said.className = bad ? "bad" : "ok";
}

function read(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    const value = field.value.trim();
    if (field.type === "checkbox") body[field.name] = field.checked;
    else if (field.dataset.list) body[field.name] = value ? value.split(/[\s,;]+/) : [];
    else if (field.type === "number") body[field.name] = value === "" ? null : Number(value);
    else if (value !== "") body[field.name] = value;
  }
  return body;
}

async function post(path, body) {
  try {
    const answer = await fetch(`${root}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const error = answer.ok ? null : (JSON.parse(text || "{}").error ?? answer.status);
    say(error ?? `OK ${text === "null" ? "" : text.slice(0, 160)}`, !answer.ok);
  } catch (error) {
    say(String(error), true);
  }
  await refresh();
}

function pathOf(element) {
  if (element.dataset.path) return element.dataset.path;
  const instance = element.closest("[data-instance]").dataset.instance;
  return `instances/${encodeURIComponent(instance)}/${element.dataset.post}`;
}

async function refresh() {
  if (document.hidden) return;
  try {
    const live = await (await fetch(`${root}/live?lang=${lang}`)).json();
    if (live.names !== names) {
      location.reload();
      return;
    }
    for (const [name, html] of Object.entries(live.parts)) {
      const place = document.querySelector(`[data-live="${CSS.escape(name)}"]`);
      // rendered and encoded by the server
      if (place && place.innerHTML !== html) place.innerHTML = html;
    }
  } catch {
    // the next round tries again
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  post(pathOf(event.target), read(event.target));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-json]");
  if (button) post(pathOf(button), JSON.parse(button.dataset.json));
});
setInterval(refresh, 2000);
