export function render({model, el}) {
  dress(model, el)
  takeFiles(model)
  const format = node("select", {"aria-label": "Format of the table"})
  const count = node("span", {class: "grow"})
  const table = node("button", {onclick: () => model.send_msg({kind: "table", format: format.value})}, "Export")
  const slow = node("p", {class: "small"})
  const figure = node("select", {class: "grow", "aria-label": "Figure to save"})
  const kind = node("select", {"aria-label": "Format of the figure"})
  const save = node("button", {onclick: () => model.send_msg({kind: "figure", figure: figure.value, format: kind.value})}, "Save")
  const star = node("span", {class: "grow", style: "overflow-wrap:anywhere"})
  const html = node("button", {onclick: () => model.send_msg({kind: "report", format: "html"})}, "HTML")
  const pdf = node("button", {onclick: () => model.send_msg({kind: "report", format: "pdf"})}, "PDF")
  const bar = node("progress", {"aria-label": "Progress of the file"})
  const doing = node("p", {class: "small", role: "status"})
  el.append(node("section", {class: "card"}, node("h3", {}, "Export"),
    node("p", {class: "small"}, "The passing stars with all columns, evidence and verdicts; units, UCDs and the cuts go with them."),
    node("div", {class: "row"}, count, format, table), slow,
    node("p", {class: "small"}, "A figure as on the screen, on white, with vector axes:"),
    node("div", {class: "row"}, figure, kind, save),
    node("p", {class: "small"}, "Report of a star, with all its panels:"),
    node("div", {class: "row"}, star, html, pdf),
    doing, bar, answerLine(model)))

  let passing = 0
  const show = () => {
    const busy = Boolean(model.doing)
    doing.textContent = model.doing
    bar.style.display = doing.style.display = busy ? "" : "none"
    star.textContent = model.star || "No star is picked."
    html.disabled = pdf.disabled = busy || !model.star
    save.disabled = busy || !model.figures.length
    table.disabled = busy || !passing
    count.textContent = `${thousands(passing)} ${passing === 1 ? "star" : "stars"} as`
    slow.textContent = passing > 50000 && ["vot", "ecsv"].includes(format.value) ? `${format.value === "vot" ? "VOTable" : "ECSV"} takes minutes for so many stars; FITS, Parquet and CSV take seconds.` : ""
    slow.style.display = slow.textContent ? "" : "none"
  }
  options(format, model.formats, "fits")
  options(kind, model.kinds, "pdf")
  format.addEventListener("change", show)
  const list = () => { options(figure, model.figures, figure.value || model.figures[0]?.[0]); show() }
  model.on("figures", list)
  model.on(["doing", "star"], show)
  list()
  let off = null
  const take = ({header}) => { if (passing !== header.count) { passing = header.count; show() } }
  const wait = setInterval(() => {
    if (!window.penumbra) return
    clearInterval(wait)
    off = window.penumbra.on("frame", take)
    if (window.penumbra.last) take(window.penumbra.last)
  }, 60)
  model.on("remove", () => { clearInterval(wait); off?.() })
}
