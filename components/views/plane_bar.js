// The title line of a plane: which figure it shows, what its colours mean, and its axes.

const short = (value) => (value >= 1e4 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3))))

export function render({model, el}) {
  el.style.width = "100%"
  const send = (message) => model.send_msg(message)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]

  const figure = node("select", {class: "figure", "aria-label": `Figure of the ${model.slot} plane`, onchange: () => send({kind: "figure", key: figure.value})})
  const strip = node("canvas", {width: 96, height: 8, "aria-hidden": "true"})
  const ticks = node("div", {class: "ticks"})
  const unit = node("span", {class: "unit"})
  const legend = node("div", {class: "legend", role: "img"}, node("div", {class: "scale"}, strip, ticks, unit))
  const gear = node("button", {class: "icon", title: "Axes and colour", "aria-label": "Axes and colour", "aria-haspopup": "dialog", onclick: () => open()}, "⚙")
  const home = node("button", {class: "icon", title: "Show everything again", "aria-label": "Show everything again", onclick: () => send({kind: "home"})}, "⌂")
  const words = node("button", {class: "icon", title: "This plane in words", "aria-label": `The ${model.slot} plane in words`, "aria-haspopup": "dialog", onclick: () => window.penumbra?.emit("plane-text", {slot: model.slot, from: words})}, "≡")
  const choice = (label, name) => {
    const select = node("select", {"aria-label": label})
    const log = node("input", {type: "checkbox", "aria-label": `${label} logarithmic`})
    return {name, select, log, row: node("div", {class: "row"}, node("span", {}, label), select, name === "value" ? "" : node("label", {}, log, " log"))}
  }
  const parts = [choice("Horizontal axis", "x"), choice("Vertical axis", "y"), choice("Colour", "value")]
  const colouring = node("select", {"aria-label": "Colour scale"}, ...[["log", "logarithmic counts"], ["equalised", "equalised counts"], ["linear", "linear counts"]].map(([v, t]) => node("option", {value: v}, t)))
  const centre = node("input", {class: "field", inputmode: "decimal", "aria-label": "Centre of the diverging colours", placeholder: "median"})
  const ratio = node("input", {class: "field", inputmode: "decimal", "aria-label": "Companion mass ratio of the limit lines",
    onchange: () => send({kind: "mass_ratio", value: ratio.value.trim()})})
  const ratioRow = node("div", {class: "row"}, node("span", {}, "Limit M₂/M₁"), ratio)
  const number = node("select", {"aria-label": "Number of planes", onchange: () => { send({kind: "planes", number: Number(number.value)}); panel.hidePopover() }},
    ...[[4, "four"], [6, "six"]].map(([v, t]) => node("option", {value: v}, t)))
  const apply = node("button", {class: "go", onclick: () => {
    send({kind: "axes", x: parts[0].select.value, y: parts[1].select.value, value: parts[2].select.value || null,
      x_log: parts[0].log.checked, y_log: parts[1].log.checked, scale: colouring.value, centre: centre.value.trim()})
    panel.hidePopover()
  }}, "Apply")
  const panel = node("div", {class: "axes", popover: "auto", role: "dialog", "aria-label": "Axes and colour"},
    ...parts.map((part) => part.row),
    node("div", {class: "row"}, node("span", {}, "Counts as"), colouring),
    node("div", {class: "row"}, node("span", {}, "Mean centred on"), centre),
    ratioRow, node("div", {class: "row end"}, apply), node("div", {class: "row apart"}, node("span", {}, "Planes on the page"), number))
  const open = () => {
    const box = gear.getBoundingClientRect()
    panel.showPopover()
    panel.style.left = `${Math.max(8, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8))}px`
    panel.style.top = `${Math.min(box.bottom + 4, innerHeight - panel.offsetHeight - 8)}px`
    parts[0].select.focus()
  }
  el.append(node("div", {class: "controls"}, figure, legend, words, gear, home), panel)

  const list = () => {
    figure.replaceChildren(...model.figures.map(([key, title]) => node("option", {value: key}, title)),
      ...(model.absent.length ? [node("optgroup", {label: "Not with this catalogue"}, ...model.absent.map(([key, title]) => node("option", {value: key, disabled: true}, title)))] : []))
    figure.value = model.key
    figure.title = figure.selectedOptions[0]?.textContent ?? ""
  }
  const axes = () => {
    const columns = model.columns.map(([name, label]) => [name, label])
    for (const part of parts) {
      const items = part.name === "value" ? [["", "number of stars"], ...columns.map(([n, l]) => [n, `mean ${l}`])] : columns
      part.select.replaceChildren(...items.map(([value, text]) => node("option", {value}, text)))
      part.select.value = model.axes[part.name] ?? ""
      part.log.checked = Boolean(model.axes[`${part.name}_log`])
    }
    colouring.value = model.axes.scale ?? "log"
    centre.value = model.axes.centre ?? ""
    ratio.value = model.axes.mass_ratio ?? ""
    number.value = model.number
    ratioRow.style.display = model.axes.limit_lines ? "" : "none"
  }
  // Two selections side by side: three blocks of colour, as difference_levels numbers them.
  const paintDifference = (sides) => {
    const colours = window.penumbra.colours.difference
    const pen = strip.getContext("2d")
    ;[64 + 8 * 12 - 1, 64 + 11, 64 + 15 * 12 - 1].forEach((level, i) => {
      pen.fillStyle = colours[level].slice(0, 7)
      pen.fillRect(i * 32, 0, i === 2 ? 32 : 31, 8)
    })
    ticks.replaceChildren(...["only A", "both", "only B"].map((text, i) => {
      const tick = node("span", {}, text)
      tick.style.left = `${[0, 50, 100][i]}%`
      tick.style.transform = `translateX(${[0, -50, -100][i]}%)`
      return tick
    }))
    unit.textContent = ""
    legend.style.display = ""
    legend.title = `A: ${sides.first}. B: ${sides.second}`
    legend.setAttribute("aria-label", `Colours: only A, both, only B. A: ${sides.first}. B: ${sides.second}`)
  }
  const paint = (plane) => {
    const colours = window.penumbra.colours[plane.diverging ? "diverging" : "passing"]
    const pen = strip.getContext("2d")
    for (let i = 0; i < 96; i++) {
      pen.fillStyle = colours[64 + Math.round((i / 95) * 191)].slice(0, 7)
      pen.fillRect(i, 0, 1, 8)
    }
    const wanted = plane.ticks.length > 3 ? [plane.ticks[0], plane.ticks[plane.ticks.length - 1]] : plane.ticks
    ticks.replaceChildren(...wanted.map(([at, value]) => {
      const tick = node("span", {}, short(value))
      tick.style.left = `${at * 100}%`
      tick.style.transform = `translateX(${at < 0.2 ? 0 : at > 0.8 ? -100 : -50}%)`
      return tick
    }))
    unit.textContent = plane.diverging ? "" : "stars / px"
    const shown = plane.diverging || plane.mode !== "points"
    legend.style.display = shown ? "" : "none"
    const meaning = plane.diverging ? model.value_label : "stars per pixel"
    legend.title = meaning
    legend.setAttribute("aria-label", `Colours: ${meaning} from ${wanted.map(([, v]) => short(v)).join(" to ")}`)
  }
  const take = ({header}) => {
    const plane = header.planes[model.slot]
    if (plane && header.comparison) paintDifference(header.comparison)
    else if (plane?.ticks) paint(plane)
  }
  list(); axes()
  model.on(["figures", "key", "absent"], list)
  model.on(["axes", "columns", "number"], axes)
  model.on("sheet", () => { sheet.replaceSync(model.sheet); if (window.penumbra?.last) take(window.penumbra.last) })
  let off = null
  const wait = setInterval(() => {
    if (!window.penumbra) return
    clearInterval(wait)
    off = window.penumbra.on("frame", take)
    if (window.penumbra.last) take(window.penumbra.last)
  }, 40)
  model.on("remove", () => off?.())
}
