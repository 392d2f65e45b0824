// What a cut costs where the truth is known: a line that opens to its classes, and two curves over the slider.

class CutTruth {
  constructor() {
    this.summary = node("summary", {title: "What this cut takes from the stars that all other cuts let pass. Click for the classes."})
    this.table = node("table", {})
    this.element = node("details", {class: "truth", hidden: true}, this.summary, this.table)
    this.curve = null
  }

  show(truth, track) {
    this.curve = truth?.curve ?? null
    this.summary.textContent = truth?.line ?? ""
    this.element.hidden = !truth?.line
    const rows = (truth?.classes ?? []).map(([title, left, removed, wanted]) => node("tr", {class: wanted ? "wanted" : ""},
      node("td", {}, title), node("td", {}, thousands(removed)), node("td", {}, `of ${thousands(left)}`)))
    this.table.replaceChildren(node("tr", {}, node("th", {}, "Class"), node("th", {colspan: "2"}, "only this cut removes")), ...rows)
    if (track) track.title = this.curve
      ? `If only the ${this.curve.end === "low" ? "lower" : "upper"} limit moved: completeness from 0 to 100 %, purity from 0 to ${this.curve.highest}`
      : ""
  }

  draw(pen, inner, left, height, colour) {
    if (!this.curve) return
    const room = height - 6
    const trace = (shares, top, paint) => {
      pen.strokeStyle = paint
      pen.lineWidth = 1.5
      pen.beginPath()
      let drawn = false
      shares.forEach((share, i) => {
        if (share === null) { drawn = false; return }
        const [x, y] = [left + (i / (shares.length - 1)) * inner, 3 + (1 - share / top) * room]
        if (drawn) pen.lineTo(x, y)
        else pen.moveTo(x, y)
        drawn = true
      })
      pen.stroke()
    }
    trace(this.curve.completeness, 1, colour("series-1"))
    const highest = this.curve.purity.reduce((a, b) => Math.max(a, b ?? 0), 0)
    if (highest > 0) trace(this.curve.purity, highest, colour("series-2"))
  }
}

// The line above the cuts: what is looked for, and how complete and pure the selection is; the curves' legend as well.
function truthHead() {
  const [name, complete, pure] = [node("span", {}), node("b", {class: "complete"}), node("b", {class: "pure"})]
  const element = node("div", {class: "truth-head", hidden: true, "aria-live": "off"}, name, node("div", {}, complete, " complete, ", pure, " pure"))
  return {element, show(head) {
    element.hidden = !head
    if (head) [name.textContent, complete.textContent, pure.textContent] = [head.name, head.completeness, head.purity]
  }}
}
