export function render({model, el}) {
  dress(model, el)
  const first = node("select", {class: "grow", "aria-label": "Selection A"})
  const second = node("select", {class: "grow", "aria-label": "Selection B"})
  const go = node("button", {onclick: () => model.send_msg({kind: "compare", first: first.value, second: second.value})}, "Paint the difference")
  const stop = node("button", {onclick: () => model.send_msg({kind: "stop"})}, "Stop")
  const rows = ["only in A", "only in B", "in both"].map((text) => {
    const swatch = node("span", {class: "swatch"})
    const number = node("td", {}, "–")
    return {swatch, number, row: node("tr", {}, node("td", {}, node("div", {class: "row"}, swatch, text)), number)}
  })
  const table = node("table", {class: "counts", "aria-label": "Stars in the two selections"}, node("tbody", {}, ...rows.map((part) => part.row)))
  const note = node("p", {class: "small"}, "A pixel takes the hue of the side with more stars of its own; hovering counts them.")
  el.append(node("section", {class: "card"}, node("h3", {}, "Compare two selections"),
    node("div", {class: "row"}, node("b", {}, "A"), first), node("div", {class: "row"}, node("b", {}, "B"), second),
    node("div", {class: "row"}, go, stop), table, note, answerLine(model)))

  const list = () => {
    const [a, b] = [first.value, second.value]
    options(first, model.choices, a || model.choices[0]?.[0])
    options(second, model.choices, b || "now")
    if (first.value === second.value) second.value = model.choices.find(([key]) => key !== first.value)?.[0]
  }
  const again = () => { if (model.shown) go.click() }
  first.addEventListener("change", again)
  second.addEventListener("change", again)
  const show = () => {
    table.style.display = note.style.display = stop.style.display = model.shown ? "" : "none"
    rows.forEach((part, i) => { part.swatch.style.background = model.colours[i] })
  }
  const take = ({header}) => {
    const found = header.comparison
    if (!found) return
    ;[found.only_first, found.only_second, found.both].forEach((count, i) => { rows[i].number.textContent = thousands(count) })
  }
  model.on("choices", list)
  model.on(["shown", "colours"], show)
  list(); show()
  let off = null
  const wait = setInterval(() => {
    if (!window.penumbra) return
    clearInterval(wait)
    off = window.penumbra.on("frame", take)
  }, 60)
  model.on("remove", () => { clearInterval(wait); off?.() })
}
