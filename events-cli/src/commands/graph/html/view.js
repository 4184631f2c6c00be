// What part of the picture is seen: moved and zoomed by mouse, fingers and keys.

const picture = document.getElementById("picture");
const scene = document.getElementById("scene");
const view = { x: 0, y: 0, scale: 1 };

const apply = () => {
  scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  picture.classList.toggle("is-far", view.scale < 0.45);
  picture.style.setProperty("--far", `${Math.min(22 / view.scale, 220)}px`);
};

const zoom = (factor, x = picture.clientWidth / 2, y = picture.clientHeight / 2) => {
  const scale = Math.min(4, Math.max(0.03, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  apply();
};

const pan = (x, y) => {
  view.x += x;
  view.y += y;
  apply();
};

const show = (left, top, width, height, most) => {
  const scale = Math.min(picture.clientWidth / width, picture.clientHeight / height, most);
  view.scale = Math.max(scale, 0.03);
  view.x = (picture.clientWidth - width * view.scale) / 2 - left * view.scale;
  view.y = (picture.clientHeight - height * view.scale) / 2 - top * view.scale;
  apply();
};

const fit = () => show(0, 0, data.width, data.height, 1.5);

// All of these nodes if they can be read then, else the one that is meant.
const bringIntoView = (nodes, chosen) => {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const at of nodes) {
    const [left, top, width] = data.nodes[at].place;
    bounds.left = Math.min(bounds.left, left);
    bounds.top = Math.min(bounds.top, top);
    bounds.right = Math.max(bounds.right, left + width);
    bounds.bottom = Math.max(bounds.bottom, top + 24);
  }
  const [width, height] = [bounds.right - bounds.left + 80, bounds.bottom - bounds.top + 80];
  const scale = Math.min(picture.clientWidth / width, picture.clientHeight / height);
  if (scale >= 0.6) {
    show(bounds.left - 40, bounds.top - 40, width, height, 1.2);
    return;
  }
  const [left, top, own] = data.nodes[chosen].place;
  const [seen, high] = [picture.clientWidth, picture.clientHeight];
  show(left + own / 2 - seen / 2, top + 12 - high / 2, seen, high, 1);
};

const fingers = new Map();
let moved = false;
picture.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  moved = false;
});
picture.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const now = [event.clientX, event.clientY];
  const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
  // A hand that trembles still clicks.
  if (!moved && fingers.size === 1 && Math.hypot(dx, dy) < 4) return;
  moved = true;
  if (!picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
  picture.classList.add("dragging");
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  fingers.set(event.pointerId, now);
  if (!other) {
    pan(dx, dy);
    return;
  }
  const apart = (one) => Math.hypot(one[0] - other[0], one[1] - other[1]);
  const box = picture.getBoundingClientRect();
  zoom(apart(now) / Math.max(apart(before), 1), (now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top);
});
for (const end of ["pointerup", "pointercancel"]) {
  picture.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    picture.classList.remove("dragging");
  });
}
picture.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 16 : 1;
    zoom(Math.exp(-event.deltaY * lines * 0.0015), event.clientX - box.left, event.clientY - box.top);
  },
  { passive: false },
);
