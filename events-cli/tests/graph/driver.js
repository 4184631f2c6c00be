// Runs in the page behind its own script.
const errors = [];
addEventListener("error", (event) => errors.push(event.message));
addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
const all = (selector) => [...document.querySelectorAll(selector)];
const nameOf = (node) => node.querySelector("text:not(.position):not(.notes)").textContent;
const named = (name) => all(".node").find((node) => nameOf(node) === name);
const click = (name) => named(name).dispatchEvent(new MouseEvent("click", { bubbles: true }));
const key = (name, target = document.activeElement) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
const type = (text) => {
  const search = document.getElementById("search");
  search.value = text;
  search.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const scale = () => Number(/scale\((.*)\)/.exec(document.getElementById("scene").getAttribute("transform"))[1]);
const noted = {};
const look = () => ({
  title: document.title,
  status: document.getElementById("status").textContent,
  on: all(".node.on").map(nameOf).sort(),
  hits: all(".node.hit").map(nameOf).sort(),
  chosen: all(".node.chosen").map(nameOf),
  listed: all("#list .item").map((item) => item.textContent),
  details: document.getElementById("details").hidden ? "" : document.getElementById("details").innerText,
  address: decodeURIComponent(location.hash),
  focus: document.activeElement.id || document.activeElement.className || document.activeElement.tagName,
  theme: getComputedStyle(document.body).backgroundColor,
  scale: String(scale()),
  elements: [...new Set(all("*").map((element) => element.tagName.toLowerCase()))].sort(),
  scripts: String(document.scripts.length),
  loaded: performance.getEntriesByType("resource").map((entry) => entry.name),
});

try {
  /* steps */
} catch (error) {
  errors.push(String(error));
}
// Others answer first.
setTimeout(() => {
  const report = document.createElement("pre");
  report.id = "report";
  report.textContent = JSON.stringify({ ...look(), ...noted, errors });
  document.body.append(report);
}, 50);
