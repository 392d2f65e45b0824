// A short table whose rows are chosen by a click, or by the button in each from the keyboard.

export function render({model, el}) {
  dress(model, el)
  const head = node("tr", {})
  const body = node("tbody", {})
  const table = node("table", {"aria-label": model.label}, node("thead", {}, head), body)
  el.append(node("div", {class: "box", tabindex: "0", role: "group", "aria-label": model.label}, table))

  const mark = () => [...body.rows].forEach((row, number) => {
    row.setAttribute("aria-selected", String(number === model.chosen))
  })
  const show = () => {
    head.replaceChildren(...model.columns.map((name) => node("th", {scope: "col"}, name)))
    body.replaceChildren(...model.rows.map((texts, number) => {
      const [first, ...rest] = texts
      const button = node("button", {"aria-label": `${model.columns[0]} ${first}`}, first)
      return node("tr", {onclick: () => model.send_msg({kind: "choose", row: number})},
        node("td", {}, button), ...rest.map((text) => node("td", {}, text)))
    }))
    mark()
  }
  model.on(["columns", "rows"], show)
  model.on("chosen", mark)
  show()
}
