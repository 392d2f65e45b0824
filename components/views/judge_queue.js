// The order in which stars are judged, and how far the reviewer has come.

class JudgeQueue {
  constructor(columns, tell) {
    this.tell = tell
    const back = node("button", {title: "Star before (k)", onclick: () => tell({kind: "previous"})}, "‹ Previous ", node("kbd", {}, "k"))
    const on = node("button", {title: "Next star (j)", onclick: () => tell({kind: "next"})}, node("kbd", {}, "j"), " Next ›")
    this.place = node("output", {"aria-live": "polite", class: "place"})
    this.bar = node("div", {class: "bar"})
    this.order = node("select", {"aria-label": "Order of the queue", onchange: () => this.choose()})
    this.column = node("select", {"aria-label": "Column to sort by", onchange: () => this.choose()},
      ...columns.map(([value, text]) => node("option", {value, title: text}, text)))
    this.seed = node("input", {type: "number", min: "0", step: "1", "aria-label": "Seed of the random order", title: "The same seed gives every reviewer the same order", onchange: () => this.choose()})
    for (const [value, text] of [["score", "Highest first"], ["magnitude", "Lowest first"], ["random", "At random, seed"]]) this.order.append(node("option", {value}, text))
    this.first = node("input", {type: "checkbox", onchange: () => this.choose()})
    this.only = node("input", {type: "checkbox", onchange: () => tell({kind: "unjudged_only", only: this.only.checked})})
    this.note = node("p", {class: "small", role: "status"})
    this.element = node("section", {class: "queue", "aria-label": "Queue"},
      node("div", {class: "line"}, back, this.place, on), node("div", {class: "track"}, this.bar),
      node("div", {class: "line"}, this.order, this.column, this.seed),
      node("div", {class: "line loose"}, node("label", {}, this.first, "Unjudged first"), node("label", {}, this.only, "Pass over judged")), this.note)
  }

  choose() {
    this.tell({kind: "order", order: this.order.value, column: this.column.value, seed: Number(this.seed.value) || 0, unjudged_first: this.first.checked})
  }

  show(queue) {
    if (!queue.order) return
    const {place, length, judged} = queue
    this.place.replaceChildren(node("b", {}, place ? `${place}` : "–"), ` of ${length.toLocaleString("en-US").replaceAll(",", "\u2009")}`, node("span", {class: "small"}, queue.building ? "sorting…" : `${judged} judged`))
    this.bar.style.width = `${length ? (100 * judged) / length : 0}%`
    this.order.value = queue.order
    const random = queue.order === "random"
    if (queue.column) this.column.value = queue.column
    this.column.hidden = random
    this.seed.hidden = !random
    this.seed.value = queue.seed
    this.first.checked = queue.unjudged_first
    this.only.checked = queue.unjudged_only
    this.note.textContent = queue.note
    this.note.hidden = !this.note.textContent
  }
}
