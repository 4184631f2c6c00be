// What the page knows, and what follows from what.

const data = JSON.parse(document.getElementById("data").textContent);
const program = data.program;
const handlers = program.events.flatMap((event) => event.handlers).concat(program.elsewhere ?? []);

// One item for each thing that can be looked for: an event, a handler, an outline. The node is where it is drawn.
const items = [];
const eventItems = [];
const handlerItems = [];
const itemsOf = data.nodes.map(() => []);

const add = (node, kind, name, path, value) => {
  const place = value?.location?.file ?? "";
  const text = [name, path, value?.package ?? "", place].join("\n").toLowerCase();
  const item = { index: items.length, node, kind, name, path, value, text };
  items.push(item);
  itemsOf[node].push(item);
  return item;
};

data.nodes.forEach((node, at) => {
  if (node.outline) add(at, "outline", node.name, node.name, null);
  for (const index of node.events) {
    const event = program.events[index];
    eventItems[index] = add(at, "event", event.name, event.path, event);
  }
  for (const index of node.handlers) {
    const handler = handlers[index];
    handlerItems[index] = add(at, "handler", handler.path, handler.path, handler);
  }
});

const out = data.nodes.map(() => []);
const into = data.nodes.map(() => []);
data.edges.forEach(([from, to], edge) => {
  out[from].push([to, edge]);
  into[to].push([from, edge]);
});

// The nodes and edges on all ways from a node, or to it.
const reach = (start, back) => {
  const nodes = new Set([start]);
  const edges = new Set();
  const waiting = [start];
  while (waiting.length > 0) {
    for (const [next, edge] of (back ? into : out)[waiting.pop()]) {
      edges.add(edge);
      if (!nodes.has(next)) {
        nodes.add(next);
        waiting.push(next);
      }
    }
  }
  return { nodes, edges };
};

// The items of the events that a handler says it emits.
const places = new Map(eventItems.map((item) => [placeOf(item.value), item]));
function placeOf({ path, package_version, location }) {
  return [path, package_version, location.file, location.line, location.column].join("\n");
}
const emitted = (emits) => (emits.event ? places.get(placeOf(emits.event)) : undefined);
const emitters = new Map();
handlerItems.forEach((item) => {
  for (const emits of item.value.emits ?? []) {
    const event = emitted(emits);
    if (event) emitters.set(event, [...(emitters.get(event) ?? []), item]);
  }
});

// The node of an element, or none.
const nodeOf = (element) => {
  const found = element?.closest?.("[data-node]");
  return found ? Number(found.dataset.node) : null;
};
