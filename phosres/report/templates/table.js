"use strict";
(() => {
  const PAGE = 50, LONG = 160;
  const GLYPH = {up: "▲", down: "▼", unchanged: "■", inconclusive: "○", not_measured: "×", yes: "●", no: "–", not_assessable: "?", ok: "✓", warn: "!", fail: "✕"};
  const write = {
    log2: v => Math.abs(v) < 0.005 ? "0.00" : (v > 0 ? "+" : "") + v.toFixed(2),
    p: v => v < 1e-4 ? "<0.0001" : String(v),
    count: v => v.toLocaleString("en"),
    number: v => String(+v.toPrecision(3)), size: v => v >= 0.1 ? v.toFixed(2) : String(+v.toPrecision(2)),
  };
  const make = (tag, text = "", name = "") => Object.assign(document.createElement(tag), {textContent: text, className: name});
  const pill = status => {
    const e = make("span", "", status in GLYPH ? "pill " + status : "pill");
    e.append(make("span", GLYPH[status] || "·", "glyph"), status.replaceAll("_", " "));
    return e;
  };
  // Rows that stand in the page are sorted and filtered as they are.
  const standing = body => {
    const rows = [...body.rows], value = td => "v" in td.dataset ? +td.dataset.v : td.textContent.trim().toLowerCase() || null;
    return {n: rows.length, size: Infinity, key: (r, c) => value(rows[r].cells[c]), text: r => rows[r].textContent, row: r => rows[r]};
  };
  // Packed rows come as columns: numbers, or indices into a list of words.
  const unpack = async (data, kinds) => {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
    const columns = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
    const key = (r, c) => { const [values, words] = columns[c], v = words ? words[values[r]] : values[r]; return v === "" ? null : v; };
    const row = r => {
      const tr = make("tr");
      kinds.forEach((kind, c) => {
        const v = key(r, c), td = tr.insertCell();
        td.className = kind in write ? "num" : v && v.length > 60 ? "long" : "";
        if (v === null) return;
        if (kind === "status") td.append(pill(v)); else td.textContent = kind in write ? write[kind](v) : v.length > LONG ? v.slice(0, LONG) + "…" : v;
        if (v.length > LONG) td.title = v;
      });
      return tr;
    };
    const texts = kinds.map((_, c) => c).filter(c => columns[c].length > 1);
    return {n: columns[0][0].length, size: PAGE, key, text: r => texts.map(c => key(r, c)).join(" "), row};
  };
  const start = (box, rows) => {
    const heads = [...box.querySelectorAll("thead th")], body = box.querySelector("tbody"), all = [...Array(rows.n).keys()];
    let sorted = all, shown = all, page = 0, words;
    const bar = make("div", "", "bar"), said = make("output", "", "said"), label = make("label", "Search "), search = make("input");
    const back = make("button", "Previous"), next = make("button", "Next"), number = v => v.toLocaleString("en");
    const draw = () => {
      const first = page ? page * rows.size : 0, last = Math.min(first + rows.size, shown.length);
      body.replaceChildren(...shown.slice(first, last).map(rows.row));
      said.textContent = !shown.length ? "no row matches" : shown.length > rows.size ? `${number(first + 1)}–${number(last)} of ${number(shown.length)} rows` : `${number(shown.length)} of ${number(rows.n)} rows`;
      [back.disabled, next.disabled] = [!page, last >= shown.length];
    };
    const find = () => {
      const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      if (wanted.length) words = words || all.map(r => rows.text(r).toLowerCase());
      shown = wanted.length ? sorted.filter(r => wanted.every(w => words[r].includes(w))) : sorted;
      page = 0; draw();
    };
    const sort = (th, c) => {
      const falling = th.ariaSort === "descending" ? false : th.ariaSort === "ascending" || th.dataset.kind === "log2";
      heads.forEach(h => { h.ariaSort = null; });
      th.ariaSort = falling ? "descending" : "ascending";
      const keys = all.map(r => rows.key(r, c)), way = falling ? -1 : 1;
      // Empty cells stay last, whichever way is sorted.
      sorted = [...sorted].sort((a, b) => (keys[a] === null) - (keys[b] === null) || (keys[a] < keys[b] ? -way : keys[a] > keys[b] ? way : 0));
      find();
    };
    if (rows.n > 2) heads.forEach((th, c) => { const b = make("button", th.textContent); th.replaceChildren(b); b.onclick = () => sort(th, c); });
    search.type = "search"; search.oninput = find; label.append(search);
    back.onclick = () => { page--; draw(); };
    next.onclick = () => { page++; draw(); };
    bar.append(label, said, ...(rows.n > rows.size ? [back, next] : []));
    if (rows.n > 12 && !box.classList.contains("matrix")) box.prepend(bar);
    draw();
  };
  document.querySelectorAll(".tablebox").forEach(async box => {
    const data = box.querySelector("script"), kinds = [...box.querySelectorAll("thead th")].map(th => th.dataset.kind);
    start(box, data ? await unpack(data.textContent, kinds) : standing(box.querySelector("tbody")));
  });
})();
