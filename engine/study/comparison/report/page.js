"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const modes = ["side", "swipe", "blink", "difference"];
  const lines = [...document.querySelectorAll(".sheet article")];
  const rows = lines.map((line) => ({
    title: line.dataset.title,
    cells: [...line.querySelectorAll("figure")].map((cell) => ({
      image: cell.querySelector("img"),
      words: cell.querySelector(".caption").textContent,
    })),
  })).filter((row) => row.cells.some((cell) => cell.image));
  if (!rows.length) return;
  const columns = [...lines[0].querySelectorAll("h4")].map((head) => head.textContent);
  const state = { mode: "side", row: 0, a: 0, b: Math.min(1, columns.length - 1), cut: 50, second: true, timer: 0 };

  const fill = (select, names) => names.forEach((name, i) => select.append(new Option(name, i)));
  fill(at("row"), rows.map((row) => row.title));
  fill(at("a"), columns);
  fill(at("b"), columns);
  at("viewer").hidden = false;

  const size = (image, like, zoom) => {
    image.style.width = zoom ? like.naturalWidth * zoom + "px" : "";
  };
  const source = (column) => {
    const image = rows[state.row].cells[column].image;
    return image ? image.src : "";
  };

  function showSide(zoom) {
    const shown = columns.length <= 4 ? columns.map((_, i) => i) : [state.a, state.b];
    at("side").replaceChildren(...shown.filter((i) => rows[state.row].cells[i].image).map((i) => {
      const figure = document.createElement("figure");
      const image = new Image();
      image.alt = columns[i];
      image.src = source(i);
      size(image, rows[state.row].cells[i].image, zoom);
      const caption = document.createElement("figcaption");
      caption.textContent = columns[i] + " · " + rows[state.row].cells[i].words;
      figure.append(image, caption);
      return figure;
    }));
  }

  function showPair(zoom) {
    const [a, b] = [at("imageA"), at("imageB")];
    const like = rows[state.row].cells[state.a].image || rows[state.row].cells[state.b].image;
    a.src = source(state.a);
    b.src = source(state.b);
    size(a, like, zoom);
    const mode = state.mode;
    b.style.clipPath = mode === "swipe" ? `inset(0 0 0 ${state.cut}%)` : "";
    b.style.visibility = mode === "blink" && !state.second ? "hidden" : "";
    b.style.mixBlendMode = mode === "difference" ? "difference" : "";
    at("pair").style.filter = mode === "difference" ? `brightness(${at("gain").value})` : "";
    at("handle").hidden = mode !== "swipe";
    at("handle").style.left = state.cut + "%";
    at("handle").setAttribute("aria-valuenow", state.cut);
    at("nameA").textContent = mode === "difference" || (mode === "blink" && state.second) ? "" : columns[state.a];
    at("nameB").textContent = mode === "difference" || (mode === "blink" && !state.second) ? "" : columns[state.b];
    for (const name of [at("nameA"), at("nameB")]) name.hidden = !name.textContent;
  }

  function show() {
    const zoom = Number(at("zoom").value);
    const alone = state.mode === "side";
    document.body.dataset.mode = state.mode;
    at("side").hidden = !alone;
    at("side").style.display = alone ? "" : "none";
    at("pair").hidden = alone;
    at("pairChoice").hidden = alone && columns.length <= 4;
    at("pairChoice").style.display = at("pairChoice").hidden ? "none" : "";
    at("gainChoice").style.display = state.mode === "difference" ? "" : "none";
    for (const part of [at("side"), at("pair")]) {
      part.classList.toggle("zoomed", zoom > 0);
      part.classList.toggle("sharp", zoom > 1);
    }
    for (const button of document.querySelectorAll("[data-mode]:is(button)"))
      button.setAttribute("aria-pressed", String(button.dataset.mode === state.mode));
    at("row").value = state.row;
    at("a").value = state.a;
    at("b").value = state.b;
    if (alone) showSide(zoom);
    else showPair(zoom);
    const cells = rows[state.row].cells;
    at("words").textContent = alone ? rows[state.row].title
      : `${rows[state.row].title} — ${columns[state.a]} · ${cells[state.a].words} — ${columns[state.b]} · ${cells[state.b].words}`;
    clearInterval(state.timer);
    state.timer = state.mode === "blink" && !state.byHand ? setInterval(blink, 600) : 0;
  }

  function blink() {
    state.second = !state.second;
    showPair(Number(at("zoom").value));
  }
  function setMode(mode) {
    Object.assign(state, { mode, second: true, byHand: false });
    show();
  }
  function step(what, by, count) {
    state[what] = (state[what] + by + count) % count;
    show();
  }
  function cut(percent) {
    state.cut = Math.round(Math.min(100, Math.max(0, percent)));
    showPair(Number(at("zoom").value));
  }

  for (const button of document.querySelectorAll("[data-mode]:is(button)"))
    button.addEventListener("click", () => setMode(button.dataset.mode));
  for (const what of ["row", "a", "b"])
    at(what).addEventListener("change", () => { state[what] = Number(at(what).value); show(); });
  for (const what of ["gain", "zoom"]) at(what).addEventListener("change", show);
  for (const button of document.querySelectorAll(".sheet button"))
    button.addEventListener("click", () => {
      const line = button.closest("article");
      state.row = rows.findIndex((row) => row.cells.some((cell) => line.contains(cell.image)));
      const column = [...line.querySelectorAll("figure")].indexOf(button.closest("figure"));
      if (column !== state.a) state.b = column;
      show();
      at("viewer").scrollIntoView({ block: "nearest" });
      at("stage").focus({ preventScroll: true });
    });

  const pair = at("pair");
  const drag = (event) => {
    if (state.mode !== "swipe" || !(event.buttons & 1)) return;
    const box = pair.getBoundingClientRect();
    cut((event.clientX - box.left) / box.width * 100);
    event.preventDefault();
  };
  pair.addEventListener("pointerdown", drag);
  pair.addEventListener("pointermove", drag);
  pair.addEventListener("dragstart", (event) => event.preventDefault());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select, input, textarea")) return;
    const zoom = at("zoom");
    const zoomTo = (index) => { zoom.selectedIndex = Math.min(zoom.options.length - 1, Math.max(0, index)); show(); };
    const sideways = (by) => state.mode === "swipe" ? cut(state.cut + 2 * by) : step("b", by, columns.length);
    const keys = {
      1: () => setMode(modes[0]), 2: () => setMode(modes[1]), 3: () => setMode(modes[2]), 4: () => setMode(modes[3]),
      ArrowLeft: () => sideways(-1), ArrowRight: () => sideways(1),
      n: () => step("row", 1, rows.length), p: () => step("row", -1, rows.length),
      "+": () => zoomTo(zoom.selectedIndex + 1), "-": () => zoomTo(zoom.selectedIndex - 1),
      " ": () => {
        if (state.mode !== "blink") return setMode("blink");
        state.byHand = true;
        state.second = !state.second;
        show();
      },
    };
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (!act || (event.key === " " && event.target.matches("button, summary"))) return;
    event.preventDefault();
    act();
  });
  const first = rows[0].cells.find((cell) => cell.image).image;
  first.decode().then(() => {
    // A small picture would be hard to see, but all are to be seen.
    const beside = columns.length <= 4 ? columns.length : 2, gap = 12;
    if (first.naturalWidth <= 256 && beside * (2 * first.naturalWidth + gap) <= at("stage").clientWidth)
      at("zoom").value = "2";
    show();
  }).catch(() => {});
  show();
})();
