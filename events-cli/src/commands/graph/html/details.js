// The panel at the right: what is known of what is chosen. Everything in it is text, never markup.

const details = document.getElementById("details");

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, clean(value));
  made.append(...children.map((child) => (typeof child === "string" ? clean(child) : child)));
  return made;
}

// Without what steers terminals or turns the direction of writing: what is read is what is there.
function clean(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

const drawDetails = () => {
  const wasOpen = !details.hidden;
  details.hidden = state.node === null;
  if (state.node !== null) {
    const close = element("button", { id: "close", type: "button", "aria-label": "close" }, "×");
    close.addEventListener("click", leave);
    details.replaceChildren(close, ...(state.item ? ofItem(state.item) : ofNode(state.node)));
    details.scrollTop = 0;
  }
  // What was in the middle stays there.
  if (wasOpen === details.hidden) pan(details.hidden ? 180 : -180, 0);
};

const ofItem = (item) => {
  if (item.kind === "event") return ofEvent(item.value, item);
  if (item.kind === "handler") return ofHandler(item.value);
  return [element("h2", {}, item.name), element("p", { class: "what" }, `event, ${data.nodes[item.node].outline}`)];
};

const ofNode = (at) => {
  const node = data.nodes[at];
  const rows = [element("h2", {}, node.name), element("p", { class: "what" }, `in ${node.of}`)];
  if (node.events.length > 0) rows.push(...section("Events", node.events.map((index) => eventItems[index])));
  if (node.handlers.length > 0) rows.push(...section("Handlers", node.handlers.map((index) => handlerItems[index])));
  return rows;
};

const ofEvent = (event, item) => {
  const rows = [
    element("h2", {}, event.name),
    element("p", { class: "what" }, "event"),
    ...docs(event.docs),
    facts([
      ["type", event.path],
      ["package", `${event.package} ${event.package_version}`],
      ["at", `${event.location.file}:${event.location.line}`],
      ["version", event.version],
      ["key", event.key],
      ["lane", event.lane],
      ["urgency", event.urgency],
      ["async", event.async ? "may be" : undefined],
    ]),
  ];
  if (event.fields.length > 0) {
    rows.push(element("h3", {}, "Fields"), facts(event.fields.map((field) => [field.name, field.type ?? "no fields", field.docs])));
  }
  const index = eventItems.indexOf(item);
  const first = program.events.slice(0, index).reduce((sum, one) => sum + one.handlers.length, 0);
  const own = event.handlers.map((_, position) => handlerItems[first + position]);
  rows.push(...section("Handlers, in order", own, event.unhandled_allowed ? "none, which is allowed" : "none"));
  rows.push(...section("Emitted by", emitters.get(item) ?? [], "no handler says so"));
  return rows;
};

const ofHandler = (handler) => {
  const state = handler.arguments?.filter((argument) => argument.state).map((argument) => argument.state.name);
  const rows = [
    element("h2", {}, withinCrate(handler.path)),
    element("p", { class: "what" }, "handler"),
    ...docs(handler.docs),
    facts([
      ["path", handler.path],
      ["package", `${handler.package} ${handler.package_version}`],
      ["at", `${handler.location.file}:${handler.location.line}`],
      ["priority", handler.priority ?? 0],
      ["when", handler.condition],
      ["state", state?.join(", ")],
      ["asks for", handler.arguments?.map((argument) => argument.type).join(", ")],
      ["returns", handler.returns],
      ["may stop", handler.may_stop ? "later handlers" : undefined],
      ["async", handler.async ? "yes" : undefined],
      ["fused into", handler.group],
      ["retry", handler.retry],
      ["timeout", handler.timeout],
      ["breaker", handler.breaker],
      ["batch", handler.batch],
    ]),
  ];
  const event = program.events.findIndex((one) => one.handlers.includes(handler));
  if (event >= 0) rows.push(...section("Handles", [eventItems[event]]));
  else rows.push(element("h3", {}, "Handles"), element("p", { class: "none" }, `${handler.event}, not in this binary`));
  const emits = (handler.emits ?? []).map((one) => emitted(one) ?? one.written);
  if (emits.length > 0) rows.push(...section("Says it emits", emits));
  return rows;
};

const docs = (text) => (text ? [element("p", { class: "docs" }, text)] : []);

const facts = (rows) => {
  const made = element("dl", {});
  for (const [name, value, docs] of rows) {
    if (value === undefined || value === null || value === "") continue;
    const told = element("dd", {}, String(value));
    if (docs) told.title = clean(docs);
    made.append(element("dt", {}, name), told);
  }
  return made;
};

const section = (title, listed, none) => {
  if (listed.length === 0 && none === undefined) return [];
  const rows = [element("h3", {}, title)];
  if (listed.length === 0) rows.push(element("p", { class: "none" }, none));
  for (const item of listed) {
    if (typeof item === "string") {
      rows.push(element("p", { class: "none" }, item));
      continue;
    }
    const row = element("button", { type: "button", class: "item", title: item.path }, item.kind === "event" ? item.name : item.path);
    row.addEventListener("click", () => choose(item.node, item));
    rows.push(row);
  }
  return rows;
};
