// Frames on the planes: pixels and points go into the sources of Bokeh's figures, without a way by the server.

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
