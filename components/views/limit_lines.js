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
