// The callout of a lesson's step: a ring round the control it points at, and a card that stays beside it.

const GAP = 12
const TICK = 160

// ------------------------------------------------------------------ finding a control, also inside shadow roots

function* every(root) {
  for (const element of root.querySelectorAll("*")) {
    yield element
    if (element.shadowRoot) yield* every(element.shadowRoot)
  }
}

const boxOf = (element) => {
  const box = element.getBoundingClientRect()
  return box.width > 0 && box.height > 0 ? box : null
}

function first(test) {
  for (const element of every(document)) if (test(element) && boxOf(element)) return [element]
  return null
}

const byCss = (selector) => first((element) => element.matches(selector))
const words = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim()

function named(label) {
  const fits = (text) => text && text.trim().toLowerCase().startsWith(label.toLowerCase())
  const control = "button,input,select,textarea,a,summary,[role=button],[role=slider],[role=tab],[role=switch]"
  return first((element) => {
    if (!element.matches(control)) return false
    const labelled = element.labels ? [...element.labels].map(words) : []
    return [element.getAttribute("aria-label"), element.placeholder, words(element), ...labelled].some(fits)
  })
}

function panelNamed(title) {
  const head = first((element) => /^H[23]$/.test(element.tagName) && words(element).toLowerCase().startsWith(title.toLowerCase()))
  if (!head) return null
  const host = head[0].getRootNode().host
  const after = host?.nextElementSibling
  return after && boxOf(after) ? [host, after] : [host ?? head[0]]
}

const FINDERS = {
  cuts: () => byCss(".cuts"),
  cut: (column) => byCss(`[data-cut="slider:${CSS.escape(column)}"]`) ?? byCss(`[data-cut="${CSS.escape(column)}"]`),
  "typed cut": () => byCss('input[aria-label="Type a cut as an expression"]'),
  "add slider": () => byCss('input[aria-label="Add a slider for a column"]'),
  planes: () => byCss(".pen-planes"),
  plane: (slot) => byCss(`.pen-plane-${CSS.escape(slot)}`),
  "figure choice": (slot) => byCss(`select[aria-label="Figure of the ${slot} plane"]`),
  table: () => byCss(".pen-table"),
  side: () => byCss(".pen-side"),
  tally: () => byCss(".tally"),
  catalogue: () => byCss('select[aria-label="Catalogue"]'),
  presets: () => byCss('select[aria-label="Preset"]'),
  undo: () => byCss('button[aria-label="Undo"]'),
  layout: (name) => byCss(`[data-layout="${CSS.escape(name)}"]`),
  tab: (name) => first((element) => element.matches(".bk-btn,[role=tab]") && words(element) === name),
  panel: panelNamed,
  control: named,
}

function find(anchor) {
  const [word, part = ""] = anchor.split(/:(.*)/s)
  return FINDERS[word]?.(part) ?? null
}

const union = (boxes) => {
  const left = Math.min(...boxes.map((box) => box.left))
  const top = Math.min(...boxes.map((box) => box.top))
  const right = Math.max(...boxes.map((box) => box.right))
  const bottom = Math.max(...boxes.map((box) => box.bottom))
  return {left, top, right, bottom, width: right - left, height: bottom - top}
}

// What of a control can be seen: its box without what the scrolled columns round it hide.
function seen(elements) {
  let box = union(elements.map((element) => element.getBoundingClientRect()))
  for (let up = elements[0]; up; up = up.parentElement ?? up.getRootNode().host) {
    if (up === elements[0] || !(up instanceof Element)) continue
    const style = getComputedStyle(up)
    if (style.overflowY === "visible" && style.overflowX === "visible") continue
    const edge = up.getBoundingClientRect()
    box = {left: Math.max(box.left, edge.left), top: Math.max(box.top, edge.top), right: Math.min(box.right, edge.right), bottom: Math.min(box.bottom, edge.bottom)}
  }
  box = {left: Math.max(box.left, 0), top: Math.max(box.top, 0), right: Math.min(box.right, innerWidth), bottom: Math.min(box.bottom, innerHeight)}
  return box.right - box.left > 4 && box.bottom - box.top > 4 ? box : null
}

// ------------------------------------------------------------------ the card's place

function overlap(a, b) {
  return Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
}

function placeBeside(box, clear, width, height) {
  const clampX = (x) => Math.max(8, Math.min(x, innerWidth - width - 8))
  const clampY = (y) => Math.max(56, Math.min(y, innerHeight - height - 8))
  if (!box) return [clampX((innerWidth - width) / 2), clampY(innerHeight - height - 24)]
  const middle = (box.top + box.bottom) / 2 - height / 2
  const centre = (box.left + box.right) / 2 - width / 2
  const places = [
    [box.right + GAP, middle], [box.left - GAP - width, middle], [centre, box.bottom + GAP], [centre, box.top - GAP - height],
    [8, innerHeight], [innerWidth, innerHeight], [8, 0], [innerWidth, 0], ...clear.flatMap((other) => [[other.right + GAP, other.top], [other.left - GAP - width, other.top], [other.left, other.bottom + GAP]]),
  ].map(([x, y]) => [clampX(x), clampY(y)])
  let best = places[0]
  let least = Infinity
  for (const [x, y] of places) {
    const place = {left: x, top: y, right: x + width, bottom: y + height}
    const cost = [box, ...clear].reduce((sum, other, i) => sum + (i ? 0.6 : 1) * overlap(other, place), 0)
    if (cost < least - 1) { least = cost; best = [x, y] }
  }
  return best
}

export function render({model, el}) {
  el.style.display = "none"
  const send = (message) => model.send_msg(message)
  const host = node("div", {class: "pen-lesson"})
  const root = host.attachShadow({mode: "open"})
  const sheet = new CSSStyleSheet()
  root.adoptedStyleSheets = [sheet]
  const ring = node("div", {class: "ring", "aria-hidden": "true"})
  const where = node("span", {class: "where"})
  const title = node("h2", {tabindex: "-1"})
  const text = node("div", {class: "text"})
  const answer = node("form", {class: "answer"})
  const state = node("div", {class: "state", role: "status", "aria-live": "polite"})
  const hint = node("div", {class: "hint"})
  const after = node("div", {class: "after"})
  const aside = node("button", {class: "icon", title: "Put the step aside (Esc)", "aria-label": "Put the step aside", onclick: () => send({kind: "away", away: true})}, "–")
  const leave = node("button", {class: "icon", title: "Leave the lesson; you can resume it under Learn", "aria-label": "Leave the lesson", onclick: () => send({kind: "leave"})}, "✕")
  const back = node("button", {onclick: () => send({kind: "back"})}, "Back")
  const clue = node("button", {"aria-expanded": "false", onclick: () => showHint(hint.hidden)}, "Hint")
  const demo = node("button", {title: "Have the step done for you", onclick: () => send({kind: "show_me"})}, "Show me")
  const next = node("button", {class: "next", onclick: () => send({kind: "next"})})
  const bar = node("div", {class: "bar", role: "progressbar", "aria-label": "Steps of the lesson"}, node("div", {}))
  const head = node("div", {class: "head", onpointerdown: (event) => drag(event)}, where, aside, leave)
  const body = node("div", {class: "body", tabindex: "0", role: "group", "aria-label": "What to do"}, title, text, answer, hint, state, after)
  const card = node("section", {class: "card", role: "region", "aria-label": "Lesson step", "aria-keyshortcuts": "F6"},
    head, bar, body, node("div", {class: "foot"}, back, clue, demo, node("span", {class: "gap"}), next))
  const pill = node("button", {class: "pill", onclick: () => send({kind: "away", away: false})})
  root.append(ring, card, pill)
  document.body.append(host)

  let anchored = null
  let brought = false
  let moved = null
  let touched = false
  const watched = new Map()
  let shown = ""

  const showHint = (wanted) => {
    hint.hidden = !wanted
    clue.setAttribute("aria-expanded", String(wanted))
    follow()
  }

  const drag = (event) => {
    if (event.target.closest("button") || event.button !== 0) return
    const box = card.getBoundingClientRect()
    const from = [event.clientX - box.left, event.clientY - box.top]
    head.setPointerCapture(event.pointerId)
    const go = (step) => {
      moved = [Math.max(0, Math.min(step.clientX - from[0], innerWidth - box.width)), Math.max(0, Math.min(step.clientY - from[1], innerHeight - 60))]
      follow()
    }
    head.addEventListener("pointermove", go)
    head.addEventListener("lostpointercapture", () => head.removeEventListener("pointermove", go), {once: true})
  }

  const follow = () => {
    const step = model.step
    const open = Boolean(step.title) && !model.away
    card.hidden = !open
    pill.hidden = !step.title || !model.away
    if (!open) { ring.hidden = true; return }
    if (!anchored || anchored.some((element) => !element.isConnected || !boxOf(element))) {
      anchored = null
      for (const anchor of step.anchors) { anchored = find(anchor); if (anchored) break }
      brought = false
    }
    let box = anchored ? seen(anchored) : null
    // Panels above may still grow: the control is brought back until the learner scrolls.
    if (anchored && !touched && (!brought || (anchored.length > 1 && box && box.bottom - box.top < 120))) {
      brought = true
      const whole = union(anchored.map((element) => element.getBoundingClientRect()))
      if (!box || (box.bottom - box.top < Math.min(whole.height, 200) - 4)) anchored[0].scrollIntoView({block: anchored.length > 1 ? "start" : "nearest", inline: "nearest"})
      box = seen(anchored)
    }
    ring.hidden = !box
    if (box) Object.assign(ring.style, {left: `${box.left - 3}px`, top: `${box.top - 3}px`, width: `${box.right - box.left + 6}px`, height: `${box.bottom - box.top + 6}px`})
    const clear = open ? kept(step) : []
    const [x, y] = moved ?? placeBeside(box, clear, card.offsetWidth, card.offsetHeight)
    card.style.left = `${x}px`
    card.style.top = `${y}px`
  }

  // What the card must not cover, beside the control: what the step is about, and the page that a tab opens.
  const kept = (step) => {
    for (const [anchor, elements] of watched) if (!step.look_at.includes(anchor) || elements?.some((element) => !element.isConnected)) watched.delete(anchor)
    const boxes = []
    for (const anchor of step.look_at) {
      if (!watched.get(anchor)) watched.set(anchor, find(anchor))
      const box = watched.get(anchor) ? seen(watched.get(anchor)) : null
      if (box) boxes.push(box)
    }
    return boxes
  }

  const ask = (step) => {
    answer.replaceChildren()
    answer.hidden = !step.question
    if (!step.question) return
    const id = "pen-lesson-answer"
    if (step.choices.length) {
      const group = node("fieldset", {}, node("legend", {}, step.question))
      for (const choice of step.choices) group.append(node("label", {}, node("input", {type: "radio", name: id, value: choice, onchange: () => send({kind: "answer", choice})}), ` ${choice}`))
      answer.append(group)
      return
    }
    const field = node("input", {id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false"})
    answer.append(node("label", {for: id}, step.question),
      node("div", {class: "line"}, field, node("span", {class: "unit"}, step.unit), node("button", {type: "submit"}, "Check")))
    answer.onsubmit = (event) => { event.preventDefault(); send({kind: "answer", text: field.value}) }
  }

  const showStep = () => {
    const step = model.step
    const key = `${step.lesson} ${step.number}`
    if (step.title && key !== shown) {
      shown = key
      const held = root.activeElement !== null
      anchored = null
      moved = null
      touched = false
      where.textContent = `${step.lesson_title} · step ${step.number} of ${step.total}`
      title.textContent = step.title
      text.innerHTML = step.html
      hint.innerHTML = step.hint
      after.innerHTML = step.afterwards
      hint.hidden = true
      clue.setAttribute("aria-expanded", "false")
      clue.hidden = !step.hint
      demo.hidden = !step.can_show
      back.disabled = step.number === 1
      bar.firstChild.style.width = `${(100 * step.number) / step.total}%`
      bar.setAttribute("aria-valuemin", "1")
      bar.setAttribute("aria-valuemax", step.total)
      bar.setAttribute("aria-valuenow", step.number)
      pill.textContent = `Lesson: step ${step.number} of ${step.total}`
      body.scrollTop = 0
      ask(step)
      if (held) title.focus()
    }
    if (!step.title) shown = ""
    showState()
  }

  const showState = () => {
    const step = model.step
    const done = model.met
    card.classList.toggle("done", done)
    after.hidden = !done || !step.afterwards
    demo.disabled = done
    state.classList.toggle("wrong", Boolean(model.remark) && !done)
    state.textContent = done ? "✓ Done" : model.remark || (step.waits ? step.question ? "" : "Waiting for you…" : "")
    state.title = model.missing.join("; ")
    const last = step.number === step.total
    const passed = done || !step.waits
    next.textContent = last ? (passed ? "Finish" : "Skip and finish") : passed ? "Next" : "Skip"
    next.classList.toggle("ready", passed)
    follow()
  }

  const keys = (event) => {
    if (!model.step.title) return
    const inside = event.composedPath().includes(host)
    if (event.key === "F6") {
      event.preventDefault()
      if (model.away) send({kind: "away", away: false})
      if (inside && anchored) {
        const inner = [anchored[0], ...every(anchored[0]), ...(anchored[0].shadowRoot ? every(anchored[0].shadowRoot) : [])]
        inner.find((element) => element.matches("button:not(:disabled),input,select,a[href],[tabindex='0']") && boxOf(element))?.focus()
      } else title.focus()
    } else if (event.key === "Escape" && inside) send({kind: "away", away: true})
  }

  const STORE = "penumbra.lessons"
  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(STORE) ?? "{}") } catch { return {} }
  }
  model.on("progress", () => {
    try { localStorage.setItem(STORE, JSON.stringify({...remembered(), ...model.progress})) } catch { /* storage is off: the address still holds the step */ }
  })
  const earlier = remembered()
  if (Object.keys(earlier).length) send({kind: "remember", progress: earlier})

  sheet.replaceSync(model.sheet)
  model.on("sheet", () => sheet.replaceSync(model.sheet))
  model.on("step", showStep)
  model.on(["met", "missing", "remark", "away"], showState)
  showStep()
  const tick = setInterval(follow, TICK)
  const touch = () => { touched = true }
  addEventListener("wheel", touch, {capture: true, passive: true})
  addEventListener("resize", follow)
  addEventListener("scroll", follow, {capture: true, passive: true})
  document.addEventListener("keydown", keys)
  model.on("remove", () => {
    clearInterval(tick)
    removeEventListener("resize", follow)
    removeEventListener("wheel", touch, {capture: true})
    removeEventListener("scroll", follow, {capture: true})
    document.removeEventListener("keydown", keys)
    host.remove()
  })
}
