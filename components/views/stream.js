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
      if (message.kind === "move") hub.stats.asked = message.stamp ?? null
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
