(() => {
  const sortable = [0, 1, 4, 5];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // Drawn as a grid, a table keeps its meaning for screen readers in every browser only if it is said.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell",
    "th[scope=col]": "columnheader", "th[scope=row]": "rowheader" };

  const enhance = (card) => {
    const table = card.querySelector(".adp-table");
    if (!table) return;
    for (const [selector, role] of Object.entries(roles))
      for (const part of card.querySelectorAll(selector)) part.setAttribute("role", role);
    const all = [...table.tBodies];
    const rest = all.filter((body) => body.matches(".adp-rest"));
    const columns = all.filter((body) => !body.matches(".adp-rest"));
    const headers = [...table.tHead.rows[0].cells];
    for (const summary of table.querySelectorAll("summary"))
      summary.setAttribute("aria-label", `Details of ${summary.closest("tbody").rows[0].cells[0].textContent}`);
    let by = -1, down = false;

    const words = new Map(columns.map((body) => [body, [...body.querySelectorAll("th, .adp-badge, .adp-badge ~ small, .adp-found")]
      .map((part) => part.textContent).join(" ").toLowerCase()]));
    const key = (body) => {
      const cell = body.rows[0].cells[by];
      return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim();
    };
    const compare = (one, other) => {
      const a = key(one), b = key(other);
      return (typeof a === "number" ? a - b : collator.compare(a, b)) * (down ? -1 : 1);
    };
    const sort = () => {
      headers.forEach((header, place) => header.ariaSort !== null && header.setAttribute("aria-sort",
        place !== by ? "none" : down ? "descending" : "ascending"));
      table.append(...(by < 0 ? columns : [...columns].sort(compare)), ...rest);
    };
    const choose = (place) => {
      const first = place > 3;
      if (by !== place) [by, down] = [place, first];
      else if (down === first) down = !down;
      else by = -1;
      sort();
    };

    const search = element("input", { type: "search", placeholder: "Search columns, types, findings" });
    search.setAttribute("aria-label", "Search columns");
    const warned = columns.filter((body) => body.querySelector(".adp-warning"));
    const only = element("button", { type: "button", textContent: `With warnings (${warned.length})` });
    only.setAttribute("aria-pressed", "false");
    const kinds = [...card.querySelectorAll(".adp-kinds>.adp-badge")].map((badge) => {
      const button = element("button", { type: "button", title: `Show only ${badge.dataset.kind}` });
      button.setAttribute("aria-pressed", "false");
      badge.replaceWith(button);
      button.append(badge);
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
        filter();
      });
      return { button, kind: badge.dataset.kind };
    });
    const told = element("output", {});
    const filter = () => {
      const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = kinds.filter(({ button }) => button.getAttribute("aria-pressed") === "true").map(({ kind }) => kind);
      const strict = only.getAttribute("aria-pressed") === "true";
      let shown = 0;
      for (const body of columns) {
        const fits = asked.every((word) => words.get(body).includes(word)) && (!strict || warned.includes(body))
          && (!wanted.length || wanted.includes(body.querySelector(".adp-badge")?.textContent));
        body.hidden = !fits;
        shown += fits;
      }
      told.textContent = asked.length || strict || wanted.length ? `${shown} of ${columns.length} columns${rest.length ? " shown here" : ""}` : "";
    };
    search.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => event.stopPropagation());
    only.addEventListener("click", () => {
      only.setAttribute("aria-pressed", String(only.getAttribute("aria-pressed") !== "true"));
      filter();
    });

    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      const details = row?.parentElement.rows[0] === row && row.parentElement.querySelector("details");
      if (!details || event.target.closest("summary, button, a") || String(getSelection())) return;
      details.open = !details.open;
    });

    for (const place of sortable) {
      const button = element("button", { type: "button", textContent: headers[place].textContent });
      button.addEventListener("click", () => choose(place));
      headers[place].replaceChildren(button);
      headers[place].setAttribute("aria-sort", "none");
    }
    const tools = element("div", { className: "adp-tools" });
    tools.append(search, ...(warned.length ? [only] : []), told);
    card.querySelector(".adp-scroll").before(tools);
  };

  for (const card of document.querySelectorAll(".ad-profile:not([data-enhanced])")) {
    card.dataset.enhanced = "";
    enhance(card);
  }
})();
