// One cut: a range slider drawn over the histogram of its column, or a line for a box, a lasso or a typed cut.

const HEIGHT = 46
const KNOB = 9
const REST_MS = 120
const AGAIN_MS = 700
const AWAY_MS = 2000

const hubOf = () => window.penumbra

function format(value) {
  if (value === null || value === undefined) return ""
  if (value !== 0 && (Math.abs(value) >= 1e7 || Math.abs(value) < 1e-4)) return value.toExponential(4).replace(/\.?0+e/, "e")
  return String(Number(value.toPrecision(6)))
}

function css(name) {
  return getComputedStyle(this).getPropertyValue(`--pen-${name}`).trim() || "#888"
}

class Slider {
  constructor(clause) {
    this.name = clause.name
    this.counts = null
    this.truth = new CutTruth()
    this.build(clause)
    this.show(clause)
  }

  build(clause) {
    const text = clause.label
    this.toggle = node("input", {type: "checkbox", "aria-label": `Use the cut on ${text}`,
      onchange: () => hubOf().send({kind: "enable", name: this.name, enabled: this.toggle.checked})})
    this.removed = node("span", {class: "removed", title: "Stars that only this cut removes"})
    this.canvas = node("canvas", {height: HEIGHT, "aria-hidden": "true"})
    this.knobs = ["low", "high"].map((side) => node("div", {
      class: `knob ${side}`, role: "slider", tabindex: "0",
      "aria-label": `${side === "low" ? "Lowest" : "Highest"} ${text}`,
      onpointerdown: (event) => this.grab(event, side),
      onkeydown: (event) => this.nudge(event, side),
      onfocus: () => this.expectDrag(0),
      onblur: () => this.forgetDrag(),
    }))
    this.track = node("div", {class: "track", onpointerdown: (event) => this.grab(event, "both"),
      onpointerenter: () => this.expectDrag(REST_MS), onpointerleave: () => this.forgetDrag()}, this.canvas, ...this.knobs)
    this.fields = ["low", "high"].map((side) => node("input", {
      class: "field", type: "text", inputmode: "decimal", spellcheck: "false", autocomplete: "off",
      "aria-label": `${side === "low" ? "Lower" : "Upper"} limit of ${text}`,
      onchange: () => this.type(side), onkeydown: (event) => { if (event.key === "Enter") event.target.blur() },
    }))
    this.ends = [node("span", {class: "end"}), node("span", {class: "end"})]
    this.element = node("section", {class: "cut", "data-cut": this.name, "aria-label": `Cut on ${text}`},
      node("div", {class: "line"}, node("label", {class: "name", title: clause.hint}, this.toggle, node("span", {class: "text"}, text)), this.removed,
        node("button", {class: "icon", title: "Open this cut", "aria-label": `Open the cut on ${text}`, onclick: () => hubOf().send({kind: "reset", name: this.name})}, "↺"),
        node("button", {class: "icon", title: "Remove this cut", "aria-label": `Remove the cut on ${text}`, onclick: () => hubOf().send({kind: "remove", name: this.name})}, "✕")),
      this.track,
      node("div", {class: "line ends"}, this.fields[0], this.ends[0], node("span", {class: "dots"}, "to"), this.ends[1], this.fields[1]),
      this.truth.element)
    new ResizeObserver(() => this.draw()).observe(this.track)
  }

  show(clause) {
    this.clause = clause
    if (!this.dragging) {
      [this.low, this.high] = [clause.low, clause.high]
      this.tell()
    }
    this.toggle.checked = clause.enabled
    this.element.classList.toggle("off", !clause.enabled)
    this.draw()
  }

  tell() {
    hubOf()?.emit("limit", {name: this.name, low: this.low, high: this.high, from: "slider"})
  }

  follow({low, high}) {
    this.low = low
    this.high = high
    this.draw()
  }

  position(value) {
    const [a, b] = this.clause.limits
    const f = this.clause.scale === "log10" ? Math.log10 : (x) => x
    if (this.clause.scale === "log10" && value <= 0) return 0
    return Math.min(1, Math.max(0, (f(value) - f(a)) / (f(b) - f(a))))
  }

  valueAt(position) {
    const [a, b] = this.clause.limits
    if (this.clause.scale === "log10") return Number((10 ** (Math.log10(a) + position * (Math.log10(b) - Math.log10(a)))).toPrecision(4))
    const digits = Math.max(0, Math.ceil(-Math.log10((b - a) / 2000)))
    return Number((a + position * (b - a)).toFixed(Math.min(digits, 12)))
  }

  places() {
    return [this.low === null ? 0 : this.position(this.low), this.high === null ? 1 : this.position(this.high)]
  }

  draw() {
    const width = Math.max(10, Math.round(this.track.clientWidth))
    const scale = window.devicePixelRatio || 1
    if (this.canvas.width !== Math.round(width * scale)) {
      this.canvas.width = Math.round(width * scale)
      this.canvas.height = Math.round(HEIGHT * scale)
      this.canvas.style.width = `${width}px`
      this.canvas.style.height = `${HEIGHT}px`
    }
    const pen = this.canvas.getContext("2d")
    pen.setTransform(scale, 0, 0, scale, 0, 0)
    pen.clearRect(0, 0, width, HEIGHT)
    const [from, to] = this.places()
    const colour = css.bind(this.element)
    const inner = width - 2 * KNOB
    if (this.counts) {
      const n = this.counts.length
      const top = this.top || 1
      const [strong, faint] = [colour("accent"), colour("line")]
      for (let i = 0; i < n; i++) {
        if (!this.counts[i]) continue
        const middle = (i + 0.5) / n
        pen.fillStyle = this.clause.enabled && middle >= from && middle <= to ? strong : faint
        const h = Math.max(1.5, Math.sqrt(this.counts[i] / top) * (HEIGHT - 6))
        const x0 = KNOB + (i / n) * inner
        pen.fillRect(x0, HEIGHT - h, Math.max(1, inner / n - 0.6), h)
      }
    }
    this.truth.draw(pen, inner, KNOB, HEIGHT, colour)
    const place = [from, to]
    this.knobs.forEach((knob, i) => {
      knob.style.left = `${KNOB + place[i] * inner}px`
      const value = i === 0 ? this.low : this.high
      knob.setAttribute("aria-valuemin", this.clause.limits[0])
      knob.setAttribute("aria-valuemax", this.clause.limits[1])
      knob.setAttribute("aria-valuenow", value ?? this.clause.limits[i])
      knob.setAttribute("aria-valuetext", value === null ? "no limit" : format(value))
      if (this.element.getRootNode().activeElement !== this.fields[i]) this.fields[i].value = format(value)
      this.fields[i].placeholder = format(this.clause.limits[i])
    })
  }

  tellTruth(truth) {
    this.truth.show(truth, this.track)
    this.draw()
  }

  take(counts) {
    this.counts = counts
    const top = counts.reduce((a, b) => Math.max(a, b), 0)
    if (!this.dragging || !this.top || top > this.top) this.top = top
    this.draw()
  }

  // Among tens of millions of stars a drag takes up to a second to prepare: that begins when the pointer rests here.
  expectDrag(wait) {
    clearTimeout(this.leaving)
    clearTimeout(this.resting)
    this.resting = setTimeout(() => {
      this.expected = true
      hubOf().send({kind: "grab", name: this.name})
    }, wait)
  }

  forgetDrag() {
    clearTimeout(this.leaving)
    clearTimeout(this.resting)
    if (!this.expected) return
    this.leaving = setTimeout(() => {
      if (hubOf().pressed) return this.forgetDrag()
      this.expected = false
      hubOf().send({kind: "leave", name: this.name})
    }, AWAY_MS)
  }

  grab(event, side) {
    if (event.button !== 0) return
    event.preventDefault()
    event.stopPropagation()
    const target = event.currentTarget
    target.setPointerCapture(event.pointerId)
    this.dragging = true
    const start = {x: event.clientX, low: this.low, high: this.high, places: this.places()}
    const inner = this.track.clientWidth - 2 * KNOB
    hubOf().send({kind: "grab", name: this.name})
    let waiting = false
    const move = (step) => {
      const shift = (step.clientX - start.x) / inner
      let [from, to] = start.places
      const edge = (p, end) => ((end ? p >= 1 : p <= 0) ? null : this.valueAt(p))
      if (side === "low") this.low = edge(Math.min(from + shift, to), false)
      else if (side === "high") this.high = edge(Math.max(to + shift, from), true)
      else {
        const kept = Math.min(Math.max(shift, -from), 1 - to)
        if (start.low !== null) this.low = edge(from + kept, false)
        if (start.high !== null) this.high = edge(to + kept, true)
      }
      this.draw()
      this.tell()
      if (!waiting) {
        waiting = true
        requestAnimationFrame(() => {
          waiting = false
          if (this.dragging) hubOf().send({kind: "move", name: this.name, low: this.low, high: this.high, stamp: performance.now()})
        })
      }
    }
    const drop = () => {
      this.dragging = false
      target.removeEventListener("pointermove", move)
      hubOf().send({kind: "drop", name: this.name, low: this.low, high: this.high})
      if (this.track.matches(":hover")) this.expectDrag(AGAIN_MS)
    }
    target.addEventListener("pointermove", move)
    target.addEventListener("lostpointercapture", drop, {once: true})
  }

  nudge(event, side) {
    const steps = {ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageUp: 0.1, PageDown: -0.1, Home: -2, End: 2}
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const [from, to] = this.places()
    if (side === "low") {
      const p = Math.min(Math.max(from + step, 0), to)
      this.low = p <= 0 ? null : this.valueAt(p)
    } else {
      const p = Math.max(Math.min(to + step, 1), from)
      this.high = p >= 1 ? null : this.valueAt(p)
    }
    this.draw()
    this.tell()
    hubOf().send({kind: "drop", name: this.name, low: this.low, high: this.high})
  }

  type(side) {
    const field = this.fields[side === "low" ? 0 : 1]
    const text = field.value.trim().replace("−", "-")
    const value = text === "" ? null : Number(text)
    field.classList.toggle("wrong", text !== "" && !Number.isFinite(value))
    if (text !== "" && !Number.isFinite(value)) {
      hubOf().send({kind: "complain", text: `“${field.value}” is not a number: the cut on ${this.clause.label} stays as it was.`})
      return
    }
    if (text === format(this[side])) return
    this[side] = value
    this.draw()
    hubOf().send({kind: "drop", name: this.name, low: this.low, high: this.high})
  }
}

class Line {
  constructor(clause) {
    this.name = clause.name
    this.toggle = node("input", {type: "checkbox", onchange: () => hubOf().send({kind: "enable", name: this.name, enabled: this.toggle.checked})})
    this.text = node("span", {class: "text"})
    this.removed = node("span", {class: "removed", title: "Stars that only this cut removes"})
    this.close = node("button", {class: "icon", title: "Remove this cut", onclick: () => hubOf().send({kind: "remove", name: this.name})}, "✕")
    this.code = node("div", {class: "code"})
    this.truth = new CutTruth()
    this.element = node("section", {class: "cut other", "data-cut": this.name},
      node("div", {class: "line"}, node("label", {class: "name"}, this.toggle, this.text), this.removed, this.close), this.code, this.truth.element)
    this.show(clause)
  }

  show(clause) {
    this.text.textContent = clause.label
    this.element.setAttribute("aria-label", `Cut: ${clause.label}`)
    this.toggle.setAttribute("aria-label", `Use ${clause.label}`)
    this.close.setAttribute("aria-label", `Remove ${clause.label}`)
    this.code.textContent = clause.text
    this.code.title = clause.text
    this.toggle.checked = clause.enabled
    this.element.classList.toggle("off", !clause.enabled)
  }

  tellTruth(truth) { this.truth.show(truth) }
  take() {}
  draw() {}
  tell() {}
  follow() {}
}
