export function render({model, el}) {
  dress(model, el)
  const lines = node("div", {})
  const source = node("button", {style: "overflow:hidden;text-overflow:ellipsis", onclick: () => model.send_msg({kind: "source"})})
  const card = node("section", {class: "card first"}, node("h3", {}, "This table was exported by Penumbra"), lines,
    node("div", {class: "row wrap"}, node("button", {onclick: () => model.send_msg({kind: "restore"})}, "Restore its cuts"), source),
    answerLine(model), node("hr", {style: "width:100%;border:none;margin:0"}))
  el.append(card)
  const show = () => {
    card.style.display = model.lines.length ? "" : "none"
    lines.replaceChildren(...model.lines.map((line) => node("p", {class: "small", style: "overflow-wrap:anywhere"}, line)))
    source.textContent = `Open ${model.source} with them`
    source.title = source.textContent
    source.style.display = model.source ? "" : "none"
  }
  model.on(["lines", "source"], show)
  show()
}
