// Clicks and keys.

picture.addEventListener("click", (event) => {
  if (moved) return;
  const node = nodeOf(event.target);
  if (node !== null) choose(node, undefined, false);
  else if (state.node !== null) leave();
});

// The chosen node's neighbour in a direction: along lines to the sides, within its column up and down.
const neighbour = (key) => {
  const [left, top] = data.nodes[state.node].place;
  const near = (nodes) => {
    const far = (at) => Math.abs(data.nodes[at].place[1] - top);
    return nodes.filter((at) => at !== state.node).sort((a, b) => far(a) - far(b))[0];
  };
  if (key === "ArrowRight") return near(out[state.node].map(([at]) => at));
  if (key === "ArrowLeft") return near(into[state.node].map(([at]) => at));
  const below = key === "ArrowDown";
  const column = data.nodes.flatMap(({ place }, at) => (place[0] === left && place[1] > top === below ? [at] : []));
  return near(column);
};

const arrows = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
const keys = document.getElementById("keys");
const pressed = {
  "/": () => search.select(),
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: fit,
  b: turn,
  t: changeTheme,
  "?": () => keys.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (keys.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    leave();
    if (document.activeElement === search && search.value === "") picture.focus();
    return;
  }
  if (event.target === search) return;
  const does = pressed[event.key];
  if (does) {
    event.preventDefault();
    does();
    return;
  }
  if (!(event.key in arrows) || details.contains(event.target)) return;
  event.preventDefault();
  if (state.node === null) {
    pan(...arrows[event.key]);
    return;
  }
  const next = neighbour(event.key);
  if (next !== undefined) choose(next);
});

const buttons = { in: pressed["+"], out: pressed["-"], fit, back: turn, theme: changeTheme, help: pressed["?"] };
for (const [id, does] of Object.entries(buttons)) document.getElementById(id).addEventListener("click", does);
addEventListener("hashchange", recall);

recall();
