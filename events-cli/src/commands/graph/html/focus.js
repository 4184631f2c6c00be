// What is looked at: a node, one of the items drawn there, and what was searched for.

const state = { node: null, item: null, query: "", back: false };
const nodeElements = data.nodes.map(() => null);
for (const element of scene.querySelectorAll(".node")) nodeElements[Number(element.dataset.node)] = element;
const edgeElements = [...scene.querySelectorAll(".edge")];
const status = document.getElementById("status");
const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

const found = () => {
  const words = state.query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  return items.filter((item) => words.every((word) => item.text.includes(word)));
};

const draw = () => {
  const hits = found();
  const hitNodes = new Set(hits?.map((item) => item.node));
  const reached = state.node === null ? null : reach(state.node, state.back);
  const on = reached ? reached.nodes : hitNodes;
  picture.classList.toggle("focused", reached !== null || hits !== null);
  nodeElements.forEach((element, at) => {
    element.classList.toggle("on", on.has(at));
    element.classList.toggle("hit", hitNodes.has(at));
    element.classList.toggle("chosen", at === state.node);
  });
  edgeElements.forEach((element) => {
    element.classList.toggle("on", reached?.edges.has(Number(element.dataset.edge)) ?? false);
  });
  status.textContent = told(hits, reached);
  drawList(hits);
  drawDetails();
  remember();
};

const told = (hits, reached) => {
  if (reached) {
    const others = [...reached.nodes].filter((at) => at !== state.node);
    const events = others.reduce((sum, at) => sum + (data.nodes[at].outline ? 1 : data.nodes[at].events.length), 0);
    const own = data.nodes[state.node].events.length > 0 && !state.back ? data.nodes[state.node].handlers.length : 0;
    const all = others.reduce((sum, at) => sum + data.nodes[at].handlers.length, own);
    const verb = state.back ? "lead here" : "follow";
    return `${counted(events, "event")} and ${counted(all, "handler")} ${verb}`;
  }
  return hits ? `${hits.length} found` : "";
};

const choose = (node, item, look = true) => {
  state.node = node;
  // A node that stands for one thing is that thing.
  const drawn = itemsOf[node];
  const event = drawn.find((one) => one.kind === "event");
  state.item = item ?? (drawn.length === 1 ? drawn[0] : data.nodes[node].events.length === 1 ? event : null);
  draw();
  if (look) bringIntoView(reach(node, state.back).nodes, node);
};

const leave = () => {
  if (state.node !== null) {
    state.node = state.item = null;
  } else {
    state.query = search.value = "";
  }
  draw();
};

const turn = () => {
  state.back = !state.back;
  document.getElementById("back").setAttribute("aria-pressed", String(state.back));
  draw();
};

const themes = ["light", "dark"];
const setTheme = (theme) => {
  if (themes.includes(theme)) document.documentElement.dataset.theme = theme;
};
const changeTheme = () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  setTheme((document.documentElement.dataset.theme ?? dark) === "dark" ? "light" : "dark");
  remember();
};

// The address tells what is looked at, so that a link shows it to others.
const remember = () => {
  const parts = new URLSearchParams();
  if (state.query !== "") parts.set("q", state.query);
  if (state.node !== null) parts.set("at", state.item?.path ?? data.nodes[state.node].name);
  if (state.back) parts.set("back", "");
  if (document.documentElement.dataset.theme) parts.set("theme", document.documentElement.dataset.theme);
  const fragment = parts.toString();
  // Pages that are shown without an address of their own may not change it.
  try {
    history.replaceState(null, "", fragment === "" ? location.pathname + location.search : `#${fragment}`);
  } catch {}
};

const recall = () => {
  const parts = new URLSearchParams(location.hash.slice(1));
  setTheme(parts.get("theme"));
  state.query = search.value = parts.get("q") ?? "";
  state.node = state.item = null;
  if (parts.has("back") !== state.back) turn();
  const at = parts.get("at");
  const item = at === null ? undefined : items.find((one) => one.path === at || one.name === at);
  const node = item?.node ?? data.nodes.findIndex((one) => one.name === at);
  if (at !== null && node >= 0) choose(node, item);
  else {
    draw();
    const hits = found();
    if (hits?.length > 0) bringIntoView(new Set(hits.map((one) => one.node)), hits[0].node);
    else fit();
  }
};
