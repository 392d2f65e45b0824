// The list of cuts, and the fields that add one.

export function render({model, el}) {
  el.style.width = "100%"
  const rows = new Map()
  const list = node("div", {class: "list"})
  const columns = node("datalist", {id: "pen-columns"})
  const adder = node("input", {class: "field wide", list: "pen-columns", placeholder: "Add a slider: column name", "aria-label": "Add a slider for a column",
    onchange: () => {
      const wanted = adder.value.trim()
      if (wanted) hubOf().send({kind: "add", column: wanted})
      adder.value = ""
    }})
  const typed = node("input", {class: "field wide", placeholder: "Type a cut: ruwe > 1.4 & parallax > 5", spellcheck: "false", "aria-label": "Type a cut as an expression",
    onkeydown: (event) => {
      if (event.key === "Enter" && typed.value.trim()) hubOf().send({kind: "expression", text: typed.value})
    }})
  const error = node("div", {class: "error", role: "alert"})
  const empty = node("p", {class: "empty"}, "No cuts yet: all stars pass. Add a column below, type a cut, choose a preset, or draw a box on a plane.")
  const head = node("div", {class: "head"}, node("h2", {}, "Cuts"),
    node("button", {class: "plain", title: "Open every slider, remove boxes and typed cuts", onclick: () => hubOf().send({kind: "reset_all"})}, "Open all"))
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  const truth = truthHead()
  const panel = node("div", {class: "cuts"}, head, truth.element, list, empty, node("div", {class: "foot"}, adder, columns, typed, error))
  el.append(panel)
  el.style.height = "100%"

  const rebuild = () => {
    const names = new Set(model.clauses.map((clause) => clause.name))
    for (const [name, row] of rows) if (!names.has(name)) { row.element.remove(); rows.delete(name) }
    model.clauses.forEach((clause, index) => {
      const kind = clause.limits ? Slider : Line
      let row = rows.get(clause.name)
      if (row && !(row instanceof kind)) { row.element.remove(); row = null }
      if (!row) { row = new kind(clause); rows.set(clause.name, row) } else row.show(clause)
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null)
    })
    empty.style.display = model.clauses.length ? "none" : ""
    if (hubOf()?.last) take(hubOf().last)
    tellTruth()
  }
  const tellTruth = () => {
    truth.show(model.truth.head)
    for (const [name, row] of rows) row.tellTruth(model.truth.cuts?.[name])
  }
  const listColumns = () => columns.replaceChildren(...model.columns.map(([name, label]) => node("option", {value: name}, label)))
  const take = ({header, arrays}) => {
    for (const [name, row] of rows) {
      const counts = arrays[`histogram:${name}`]
      if (counts) row.take(counts)
      const removed = header.removed[name]
      row.removed.textContent = removed ? `−${thousands(removed)}` : ""
    }
  }
  const say = () => {
    error.textContent = model.error
    typed.classList.toggle("wrong", Boolean(model.error))
  }
  rebuild()
  listColumns()
  model.on("clauses", rebuild)
  model.on("columns", listColumns)
  model.on("error", say)
  model.on("truth", tellTruth)
  model.on("typed_taken", () => { typed.value = ""; say() })
  model.on("sheet", () => { sheet.replaceSync(model.sheet); rows.forEach((row) => row.draw()) })
  const stops = []
  const listen = () => {
    stops.push(hubOf().on("frame", take))
    stops.push(hubOf().on("limit", (limit) => { if (limit.from === "line") rows.get(limit.name)?.follow(limit) }))
    rows.forEach((row) => row.tell())
    if (hubOf().last) take(hubOf().last)
  }
  const wait = setInterval(() => { if (hubOf()?.threshold) { clearInterval(wait); listen() } }, 50)
  model.on("remove", () => { clearInterval(wait); stops.forEach((stop) => stop()) })
}
