// The list at the left: all events crate by crate, or what was found.

const search = document.getElementById("search");
const list = document.getElementById("list");
const MOST = 400;

const drawList = (hits) => {
  const had = list.contains(document.activeElement) ? document.activeElement.dataset.item : undefined;
  const listed = hits ?? items.filter((item) => item.kind === "event" || data.nodes[item.node].outline);
  const shown = listed.slice(0, MOST);
  const rows = [];
  let of = null;
  for (const item of shown) {
    const own = data.nodes[item.node].of;
    if (own !== of) rows.push(element("h2", {}, own));
    of = own;
    const name = item.kind === "handler" ? withinCrate(item.path) : item.name;
    const row = element("button", { type: "button", class: `item of-${item.kind}`, title: item.path }, name);
    row.dataset.item = item.index;
    if (item === state.item) row.setAttribute("aria-current", "true");
    row.addEventListener("click", () => choose(item.node, item));
    row.tabIndex = -1;
    rows.push(row);
  }
  if (listed.length > MOST) rows.push(element("p", { class: "more" }, `and ${listed.length - MOST} more`));
  if (listed.length === 0) rows.push(element("p", { class: "none" }, "nothing found"));
  list.replaceChildren(...rows);
  // The keyboard stops at the list once; arrows go through it.
  const first = list.querySelector("[aria-current]") ?? list.querySelector(".item");
  if (first) first.tabIndex = 0;
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  if (had !== undefined) list.querySelector(`[data-item="${had}"]`)?.focus();
};

const withinCrate = (path) => path.slice(path.indexOf("::") + 2);

search.addEventListener("input", () => {
  state.query = search.value;
  state.node = state.item = null;
  draw();
});
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") {
    event.preventDefault();
    list.querySelector(".item")?.focus();
  } else if (event.key === "Enter") {
    list.querySelector(".item")?.click();
  }
});
list.addEventListener("keydown", (event) => {
  const rows = [...list.querySelectorAll(".item")];
  const at = rows.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  (next < 0 ? search : (rows[next] ?? rows[at])).focus();
});
