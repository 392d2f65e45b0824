// Planes without a pointer: keys on the focused plane, a live region, and the text of a plane in a window of its own.

const WALK = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"])
const HELP = "Arrow keys walk from star to star, plus and minus zoom, Shift with arrow keys moves the window, Home shows everything."

function viewOf(slot) {
  for (const doc of window.Bokeh?.documents ?? []) for (const model of doc.roots()) {
    const root = Bokeh.index[model.id] ?? [...Bokeh.index].find((view) => view.model === model)
    if (!root) continue
    for (const figure of doc.all_models) {
      if (figure.name !== `${slot}:figure`) continue
      const view = root.owner.find_one(figure)
      if (view?.canvas_view) return view
    }
  }
  return null
}

const spans = {
  log: {to: Math.log10, from: (value) => 10 ** value},
  linear: {to: (value) => value, from: (value) => value},
}

function turn(range, kind, factor, shift) {
  const {to, from} = spans[kind === "log" ? "log" : "linear"]
  const [a, b] = [to(range.start), to(range.end)]
  const middle = (a + b) / 2 + shift * (b - a)
  const half = ((b - a) / 2) * factor
  range.setv({start: from(middle - half), end: from(middle + half)})
}

// ------------------------------------------------------------------ controls of others, which lack a name or a key

function* every(root) {
  for (const element of root.querySelectorAll("*")) {
    yield element
    if (element.shadowRoot) yield* every(element.shadowRoot)
  }
}

function press(event) {
  if (event.key !== "Enter" && event.key !== " ") return
  event.preventDefault()
  event.currentTarget.click()
}

// Up and down in a table look at the star of the next row, as a click on it does.
function walkRows(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return
  const rows = [...event.currentTarget.querySelectorAll(".tabulator-row")]
  const now = rows.findIndex((row) => row.classList.contains("tabulator-selected"))
  const row = rows[now < 0 ? 0 : now + step]
  if (!row) return
  event.preventDefault()
  event.stopPropagation()
  const shown = [...row.querySelectorAll(".tabulator-cell")].find((cell) => cell.offsetWidth > 0)  // the index is hidden
  shown?.click()
  row.scrollIntoView({block: "nearest"})
}

const MENDERS = [
  [".noUi-handle:not([aria-label])", (handle) => {
    const title = handle.getRootNode().querySelector?.(".bk-slider-title")
    handle.setAttribute("aria-label", (title?.textContent || "Value").split(":")[0])
  }],
  // Tabulator's scrolled box is focusable, which a grid may only have in the role of a group of rows.
  [".tabulator-tableholder:not([role])", (holder) => {
    holder.setAttribute("role", "rowgroup")
    holder.setAttribute("aria-label", "Rows; up and down pick")
    holder.querySelector(".tabulator-table")?.setAttribute("role", "presentation")
    holder.addEventListener("keydown", walkRows)
  }],
  [".tabulator-col.tabulator-sortable:not([tabindex])", (column) => {
    column.tabIndex = 0
    column.addEventListener("keydown", press)
  }],
  [".tabulator-headers:not([data-mended])", (headers) => {
    headers.dataset.mended = "1"
    for (const column of headers.querySelectorAll(".tabulator-col")) if (!column.textContent.trim()) column.setAttribute("aria-label", "–")
  }],
  ["input:not([aria-label]):not([id]):not([type=hidden])", (field) => {
    if (!field.labels?.length && field.placeholder) field.setAttribute("aria-label", field.placeholder)
  }],
  ["select:not([aria-label])", (field) => {
    if (!field.labels?.length && field.title) field.setAttribute("aria-label", field.title)
  }],
  [".pen-body:not([role])", (body) => body.setAttribute("role", "main")],
]

function mend() {
  if (document.hidden) return
  for (const element of every(document)) for (const [selector, repair] of MENDERS) if (element.matches(selector)) repair(element)
}

export function render({model, el}) {
  const send = (message) => model.send_msg(message)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  const host = node("div", {class: "pen-access"})
  const root = host.attachShadow({mode: "open"})
  root.adoptedStyleSheets = [sheet]
  const live = node("div", {class: "live", role: "status", "aria-live": "polite"})
  const words = node("div", {})
  const title = node("h2", {id: "title"})
  const panel = node("div", {class: "text", popover: "auto", role: "dialog", "aria-labelledby": "title", tabindex: "-1",
    ontoggle: (event) => { if (event.newState === "closed") { send({kind: "open", slot: ""}); button?.focus() } }},
    node("div", {class: "head"}, title, node("button", {onclick: () => panel.hidePopover()}, "Close")), words)
  root.append(live, panel)
  document.body.append(host)
  el.style.display = "none"
  let button = null

  const keys = (slot) => (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const view = viewOf(slot)
    if (!view) return
    const {x_range: x, y_range: y} = view.model
    const kinds = [view.model.x_scale?.type, view.model.y_scale?.type].map((type) => (type === "LogScale" ? "log" : "linear"))
    if (WALK.has(event.key) && event.shiftKey) {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") turn(x, kinds[0], 1, event.key === "ArrowLeft" ? -0.2 : 0.2)
      else turn(y, kinds[1], 1, event.key === "ArrowDown" ? -0.2 : 0.2)
    } else if (WALK.has(event.key)) send({kind: "walk", slot, key: event.key})
    else if (event.key === "+" || event.key === "=" || event.key === "-") {
      const factor = event.key === "-" ? 1.5 : 1 / 1.5
      turn(x, kinds[0], factor, 0)
      turn(y, kinds[1], factor, 0)
    } else if (event.key === "Home" || event.key === "0") {
      for (const range of [x, y]) range.setv({start: range.reset_start, end: range.reset_end})
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  const dress = () => {
    for (const [slot, text] of Object.entries(model.titles)) {
      const canvas = viewOf(slot)?.canvas_view.el
      if (!canvas) continue
      if (canvas.dataset.slot !== slot) {
        canvas.dataset.slot = slot
        canvas.tabIndex = 0
        canvas.setAttribute("role", "application")
        canvas.setAttribute("aria-roledescription", "plane")
        canvas.addEventListener("keydown", keys(slot))
        canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) canvas.style.outline = `2px solid ${getComputedStyle(host).getPropertyValue("--pen-accent") || "#58a6ff"}`; canvas.style.outlineOffset = "-2px" })
        canvas.addEventListener("blur", () => { canvas.style.outline = "none" })
      }
      const label = `${text}. ${HELP}`
      if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label)
    }
  }
  const timer = setInterval(dress, 700)
  const mending = setInterval(() => (window.requestIdleCallback ?? setTimeout)(mend), 1500)
  dress()

  const showText = () => {
    const text = model.text
    if (!text.title) return
    title.textContent = text.title
    const parts = text.sentences.map((sentence) => node("p", {}, sentence))
    if (text.rows.length) {
      const rows = text.rows.map(([star, ...values]) => node("tr", {}, node("td", {}, node("button", {title: "Pick this star", onclick: () => send({kind: "pick", star})}, star)), ...values.map((value) => node("td", {}, value))))
      parts.push(node("table", {}, node("caption", {}, "Topmost passing stars"),
        node("thead", {}, node("tr", {}, ...text.head.map((name) => node("th", {scope: "col"}, name)))), node("tbody", {}, ...rows)))
    }
    const held = [...words.querySelectorAll("button")].indexOf(root.activeElement)
    words.replaceChildren(...parts)
    if (held >= 0) words.querySelectorAll("button")[held]?.focus()
  }

  const off = []
  const wait = setInterval(() => {
    if (!window.penumbra) return
    clearInterval(wait)
    off.push(window.penumbra.on("built", () => setTimeout(mend, 60)), window.penumbra.on("plane-text", ({slot, from}) => {
      button = from
      title.textContent = "Describing the plane…"
      words.replaceChildren()
      send({kind: "open", slot})
      panel.showPopover()
      const box = from.getBoundingClientRect()
      panel.style.left = `${Math.max(8, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8))}px`
      panel.style.top = `${Math.min(box.bottom + 4, innerHeight - 320)}px`
      panel.focus()
    }))
  }, 40)

  model.on("sheet", () => sheet.replaceSync(model.sheet))
  model.on("said", () => { live.textContent = model.said })
  model.on("text", showText)
  model.on("titles", dress)
  model.on("remove", () => { clearInterval(timer); clearInterval(mending); clearInterval(wait); off.forEach((stop) => stop?.()); host.remove() })
}
