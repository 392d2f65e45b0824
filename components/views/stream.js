// The page's one line to the server: frames come in as binary, wishes go out as JSON.
// Other components of the page use it through window.penumbra.

const LONGEST_WAIT_MS = 2000

function makeHub() {
  const listeners = {}
  const hub = {
    transport: null,
    model: null,
    last: null,
    stats: {frames: 0, bytes: 0, painted: [], asked: null, answered: null},
    on(kind, callback) {
      (listeners[kind] ??= new Set()).add(callback)
      return () => listeners[kind].delete(callback)
    },
    emit(kind, value) {
      for (const callback of listeners[kind] ?? []) callback(value)
    },
    send(message) {
      if (message.kind === "move") hub.stats.asked = message.stamp
      else if (message.kind === "drop") hub.stats.asked = null
      if (hub.transport === "socket") hub.socket.send(JSON.stringify(message))
      else if (hub.transport === "bokeh") hub.model.send_msg(message)
    },
  }
  return hub
}

function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const kinds = {uint8: Uint8Array, uint32: Uint32Array, float32: Float32Array, float64: Float64Array, int32: Int32Array}
  const arrays = {}
  for (const [name, item] of Object.entries(header.arrays)) {
    const size = item.shape.reduce((a, b) => a * b, 1)
    arrays[name] = new kinds[item.dtype](buffer, 4 + length + item.offset, size)
    arrays[name].shape = item.shape
  }
  return {header, arrays, bytes: buffer.byteLength}
}

function lookUp(colours) {
  const table = new Uint32Array(256)
  colours.forEach((colour, level) => {
    const [r, g, b, a] = [1, 3, 5, 7].map((i) => parseInt(colour.slice(i, i + 2), 16))
    table[level] = ((a << 24) | (b << 16) | (g << 8) | r) >>> 0
  })
  return table
}

// A figure that is being replaced can stand beside its successor for a moment: the newest one counts.
const known = new Map()

function modelNamed(name) {
  if (known.has(name)) return known.get(name)
  let found = null
  for (const doc of window.Bokeh?.documents ?? []) {
    for (const model of doc.all_models) if (model.name === name) found = model
  }
  known.set(name, found)
  return found
}

function paintImage(slot, image, bounds, table) {
  const source = modelNamed(`${slot}:image`)
  if (!source) return
  const [height, width] = image.shape
  const old = source.data.image?.[0]
  const pixels = new Uint32Array(image.length)
  for (let i = 0; i < image.length; i++) pixels[i] = table[image[i]]
  const [xLow, xHigh, yLow, yHigh] = bounds
  const painted = new old.constructor(pixels, [height, width])
  source.setv({data: {image: [painted], x: [xLow], y: [yLow], dw: [xHigh - xLow], dh: [yHigh - yLow]}}, {sync: false, check_eq: false})
}

const NOTHING = new Float64Array(0)

function paintPoints(slot, arrays, colours) {
  const source = modelNamed(`${slot}:points`)
  if (!source) return
  const get = (part) => arrays[`${slot}.${part}`]
  const x = get("x") ?? NOTHING
  const y = get("y") ?? NOTHING
  const levels = get("level") ?? NOTHING
  const colour = Array.from(levels, (level) => colours[level].slice(0, 7))
  const strong = Array.from(levels, (level) => (level >= 64 ? 1 : 0))
  const order = Array.from(strong.keys()).sort((a, b) => strong[a] - strong[b])
  const take = (values) => order.map((i) => values[i])
  const edge = (values, errors, sign) =>
    take(values).map((value, i) => (errors ? value + sign * (Number.isFinite(errors[order[i]]) ? errors[order[i]] : 0) : value))
  source.setv({data: {
    x: take(x), y: take(y), colour: take(colour), row: take(get("rows") ?? NOTHING),
    size: take(strong).map((s) => (x.length > 600 ? (s ? 5 : 3.5) : s ? 9 : 6)),
    alpha: take(strong).map((s) => (s ? 0.95 : 0.7)),
    bar: take(strong).map((s) => (s ? 0.55 : 0.2)),
    x_low: edge(x, get("x_error"), -1), x_high: edge(x, get("x_error"), 1),
    y_low: edge(y, get("y_error"), -1), y_high: edge(y, get("y_error"), 1),
  }}, {sync: false, check_eq: false})
}

function clearImage(slot) {
  const source = modelNamed(`${slot}:image`)
  if (source && source.data.image.length) {
    const old = source.data.image[0]
    if (old.length === 1) return
    source.setv({data: {...source.data, image: [new old.constructor(new Uint32Array(1), [1, 1])]}}, {sync: false, check_eq: false})
  }
}

function draw(hub, frame, only = null) {
  const {header, arrays} = frame
  for (const [slot, plane] of Object.entries(header.planes)) {
    if (only !== null && slot !== only) continue
    const kind = plane.palette ?? (plane.diverging ? "diverging" : "passing")
    if (plane.mode === "points") {
      clearImage(slot)
      paintPoints(slot, arrays, hub.colours[kind])
    } else {
      paintImage(slot, arrays[`${slot}.image`], plane.bounds, hub.tables[kind])
      if ((modelNamed(`${slot}:points`)?.data.x ?? []).length) paintPoints(slot, {}, hub.colours[kind])
    }
  }
}

// BokehJS keeps models that were replaced until all are counted anew: an empty freeze makes it count.
function forgetRemoved() {
  for (const doc of window.Bokeh?.documents ?? []) doc.freeze_all_models(() => {})
  known.clear()
}

function watchPlane(hub, slot) {
  const figure = modelNamed(`${slot}:figure`)
  if (!figure || figure.__watched) return
  figure.__watched = true
  clearTimeout(hub.forgetting)
  hub.forgetting = setTimeout(forgetRemoved, 1500)
  if (hub.last) draw(hub, hub.last, slot)
  let timer = null
  const tell = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const {inner_width, inner_height} = figure.properties
      if (inner_width.is_unset || inner_height.is_unset) return  // not laid out yet; it will tell when it is
      const {x_range: x, y_range: y, inner_width: width, inner_height: height} = figure
      if (!(width > 0 && height > 0) || modelNamed(`${slot}:figure`) !== figure) return
      hub.send({kind: "window", slot, figure: figure.tags[0], width: Math.round(width), height: Math.round(height),
        bounds: [Math.min(x.start, x.end), Math.max(x.start, x.end), Math.min(y.start, y.end), Math.max(y.start, y.end)]})
    }, 100)
  }
  for (const range of [figure.x_range, figure.y_range]) {
    range.properties.start.change.connect(tell)
    range.properties.end.change.connect(tell)
  }
  figure.properties.inner_width.change.connect(tell)
  figure.properties.inner_height.change.connect(tell)
  tell()
}

// The lines of a slider's limits on the planes: moved with the slider, and moving it when they are dragged.
function followLimits(hub) {
  const limits = new Map()
  const show = (name, low, high) => {
    limits.set(name, {low, high})
    for (const slot of hub.slots) {
      for (const [end, value] of [["low", low], ["high", high]]) {
        const line = modelNamed(`${slot}:limit:${name}:${end}`)
        if (!line) continue
        if (value === null) line.visible = false
        else line.setv({location: value, visible: true})
      }
    }
  }
  hub.on("limit", ({name, low, high}) => show(name, low, high))
  let dragged = null
  hub.threshold = (line, name, end) => {
    const known = limits.get(name)
    if (!known || !line.visible || line.location === known[end]) return
    const value = Number(line.location.toPrecision(4))
    const other = end === "low" ? known.high : known.low
    const kept = other === null ? value : end === "low" ? Math.min(value, other) : Math.max(value, other)
    const next = {...known, [end]: kept}
    if (!hub.pressed) return
    if (dragged === null) {
      hub.send({kind: "grab", name})
      document.addEventListener("pointerup", () => {
        const {low, high} = limits.get(dragged)
        hub.send({kind: "drop", name: dragged, low, high})
        dragged = null
      }, {once: true, capture: true})
    }
    dragged = name
    hub.emit("limit", {name, ...next, from: "line"})
    hub.send({kind: "move", name, ...next, stamp: performance.now()})
  }
  document.addEventListener("pointerdown", () => { hub.pressed = true }, {capture: true})
  document.addEventListener("pointerup", () => { hub.pressed = false })
}

function receive(hub, buffer) {
  const frame = unpack(buffer)
  hub.last = frame
  hub.stats.frames += 1
  hub.stats.bytes = frame.bytes
  if (frame.header.stamp !== null) hub.stats.answered = frame.header.stamp
  draw(hub, frame)
  hub.emit("frame", frame)
  const sequence = frame.header.sequence
  let told = false
  const painted = () => {
    if (told) return
    told = true
    hub.stats.painted.push([performance.now(), frame.header.stamp, frame.header.count])
    if (hub.stats.painted.length > 500) hub.stats.painted.shift()
    hub.send({kind: "painted", sequence})
  }
  requestAnimationFrame(() => setTimeout(painted, 0))
  setTimeout(painted, 300)
}

function openSocket(hub, model, attempt = 0) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  const path = new URL(model.socket, document.baseURI).pathname
  const socket = new WebSocket(`${scheme}//${location.host}${path}?token=${model.token}`)
  socket.binaryType = "arraybuffer"
  let opened = false
  socket.onopen = () => {
    opened = true
    attempt = 0
    hub.socket = socket
    hub.transport = "socket"
    hub.emit("open", "socket")
    hub.send({kind: "hello"})
    hub.slots.forEach((slot) => watchPlane(hub, slot))
  }
  socket.onmessage = (event) => {
    if (typeof event.data === "string") {
      const message = JSON.parse(event.data)
      hub.emit(message.kind, message)
    } else receive(hub, event.data)
  }
  socket.onclose = () => {
    if (hub.closed) return
    if (hub.transport === "socket") hub.transport = null
    if (opened || attempt > 0) {
      hub.emit("lost", attempt)
      setTimeout(() => seekServer(hub, model, attempt + 1), Math.min(250 * 2 ** attempt, LONGEST_WAIT_MS))
    } else useBokeh(hub, model)
  }
}

// The server may have been away, or have been started anew: then the page is loaded anew, and its address shows what
// was open. A server that still knows the page takes it back.
async function seekServer(hub, model, attempt) {
  if (hub.closed) return
  const socketPath = new URL(model.socket, document.baseURI)
  const alive = new URL("alive", socketPath)
  alive.searchParams.set("token", model.token)
  let answer = ""
  try { answer = await (await fetch(alive, {cache: "no-store"})).text() } catch { /* nobody answers: ask again */ }
  if (hub.closed) return
  if (answer === "known") openSocket(hub, model, attempt)
  else if (answer === "unknown") location.reload()
  else {
    hub.emit("lost", attempt)
    setTimeout(() => seekServer(hub, model, attempt + 1), Math.min(250 * 2 ** attempt, LONGEST_WAIT_MS))
  }
}

function useBokeh(hub, model) {
  hub.transport = "bokeh"
  hub.emit("open", "bokeh")
  hub.send({kind: "hello"})
  hub.slots.forEach((slot) => watchPlane(hub, slot))
}

// Hovering: one question in flight; the answer is shown beside the pointer.
function makeHover(hub) {
  const tip = document.createElement("div")
  tip.setAttribute("role", "tooltip")
  tip.className = "pen-tip"
  document.body.append(tip)
  let wanted = null
  let waiting = false
  let number = 0
  let place = [0, 0]
  document.addEventListener("pointermove", (event) => { place = [event.clientX, event.clientY] }, {passive: true})
  const ask = () => {
    if (!wanted || waiting) return
    waiting = true
    number += 1
    hub.send({kind: "hover", number, ...wanted})
    wanted = null
    setTimeout(() => { waiting = false }, 1000)
  }
  hub.hover = (slot, x, y) => {
    if (slot === null) {
      wanted = null
      number += 1
      tip.style.display = "none"
      return
    }
    wanted = {slot, x, y}
    setTimeout(ask, 60)
  }
  hub.on("hover", (message) => {
    waiting = false
    if (message.number === number) {
      tip.replaceChildren(...message.lines.map((line, i) => {
        const row = document.createElement("div")
        row.textContent = line
        if (i === 0) row.style.fontWeight = "600"
        return row
      }))
      tip.style.display = message.lines.length ? "block" : "none"
      const {offsetWidth: w, offsetHeight: h} = tip
      tip.style.left = `${Math.min(place[0] + 14, innerWidth - w - 6)}px`
      tip.style.top = `${place[1] + 16 + h > innerHeight ? place[1] - h - 10 : place[1] + 16}px`
    }
    ask()
  })
  return tip
}

export function render({model, el}) {
  const hub = (window.penumbra ??= makeHub())
  const tip = makeHover(hub)
  hub.model = model
  hub.slots = model.slots
  if (!hub.threshold) followLimits(hub)
  const repaint = () => {
    hub.colours = {passing: model.passing, diverging: model.diverging, difference: model.difference}
    hub.tables = Object.fromEntries(Object.entries(hub.colours).map(([name, colours]) => [name, lookUp(colours)]))
    document.documentElement.style.background = model.page_colour
    document.body.style.background = model.page_colour
    document.body.style.margin = "0"
    tip.style.cssText = `position:fixed;z-index:10000;display:none;pointer-events:none;max-width:320px;padding:6px 9px;border-radius:7px;${model.tip_style}`
    if (hub.last) {
      draw(hub, hub.last)
      hub.emit("frame", hub.last)
    }
  }
  repaint()
  model.on("slots", () => { hub.slots = model.slots })
  model.on(["passing", "diverging", "difference", "page_colour"], repaint)
  model.on("query", () => history.replaceState(null, "", model.query || location.pathname))
  model.on("page_title", () => { document.title = model.page_title })
  if (model.page_title) document.title = model.page_title
  model.on("msg:custom", (event) => {
    const data = event.data ?? event
    if (data.frame) {
      const bytes = data.frame instanceof ArrayBuffer ? data.frame : Uint8Array.from(atob(data.frame), (c) => c.charCodeAt(0)).buffer
      receive(hub, bytes)
    } else hub.emit(data.kind, data)
  })
  // Figures come and go with catalogues and axes; each is greeted once it stands in the document.
  const greet = setInterval(() => { known.clear(); if (hub.transport) hub.slots.forEach((slot) => watchPlane(hub, slot)) }, 200)
  if (model.socket && model.token) openSocket(hub, model)
  else useBokeh(hub, model)
  model.on("remove", () => {
    hub.closed = true
    clearInterval(greet)
    tip.remove()
    hub.socket?.close()
  })
  el.style.display = "none"
}
