// The bar at the top: what is open, how many stars pass, undo, look.

export function render({model, el}) {
  el.style.width = "100%"
  const send = (message) => model.send_msg(message)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]

  const dataset = node("select", {"aria-label": "Catalogue", title: "The catalogue that is open", onchange: () => send({kind: "dataset", name: dataset.value})})
  const badge = node("span", {class: "badge", title: "Every star of this catalogue is made up; what each one is, is known"}, "Simulated")
  const opener = node("button", {title: "Open a catalogue file", onclick: () => send({kind: "open_file"})}, "Open a file…")
  const about = node("button", {title: "About this catalogue", "aria-label": "About this catalogue", onclick: () => send({kind: "about"})}, "About")
  const count = node("output", {class: "count", "aria-live": "polite"})
  const share = node("div", {class: "share", role: "presentation"}, node("div", {class: "bar"}))
  const undo = node("button", {title: "Undo (Ctrl+Z)", "aria-label": "Undo", onclick: () => send({kind: "undo"})}, "↶ Undo")
  const redo = node("button", {title: "Redo (Ctrl+Shift+Z)", "aria-label": "Redo", onclick: () => send({kind: "redo"})}, "↷ Redo")
  const layouts = [["planes", "Planes", "The planes, with the star at the side (w)"], ["star", "Star", "All panels of the star side by side (w)"]].map(
    ([name, text, title]) => node("button", {title, "data-layout": name, onclick: () => send({kind: "layout", name})}, text))
  const link = node("button", {title: "Copy the address that shows this very state", onclick: async () => {
    let copied = true
    try { await navigator.clipboard.writeText(location.href) } catch { copied = false }
    link.textContent = copied ? "Copied" : "Copy it from the address bar"
    setTimeout(() => { link.textContent = "Copy link" }, 1800)
  }}, "Copy link")
  const look = node("button", {onclick: () => send({kind: "theme"})})
  const notice = node("div", {class: "notice", role: "alert"})
  const close = node("button", {class: "icon", "aria-label": "Dismiss the message", onclick: () => send({kind: "dismiss"})}, "✕")
  const progress = node("progress", {max: "1", "aria-label": "Progress"})
  const doing = node("span", {class: "doing"})
  const bar = node("header", {class: "top"},
    node("h1", {class: "brand"}, node("span", {class: "disc", "aria-hidden": "true"}), "Penumbra"),
    dataset, badge, about, opener, node("div", {class: "tally"}, count, share),
    node("span", {class: "gap"}),
    node("div", {class: "layouts", role: "group", "aria-label": "Layout"}, ...layouts), undo, redo, link, look)
  const working = node("div", {class: "working"}, progress, doing)
  el.append(bar, working, node("div", {class: "message"}, notice, close))

  const options = (select, items, first) => select.replaceChildren(...(first ? [node("option", {value: ""}, first)] : []),
    ...items.map(([value, text, title]) => node("option", {value, title: title ?? null, disabled: text === null}, text ?? value)))
  const showDatasets = () => { options(dataset, model.datasets); dataset.value = model.dataset }
  const showBadge = () => badge.classList.toggle("shown", model.simulated)
  const showSteps = () => { undo.disabled = !model.can_undo; redo.disabled = !model.can_redo }
  const showNotice = () => {
    notice.textContent = model.notice
    notice.parentElement.classList.toggle("shown", Boolean(model.notice))
    notice.parentElement.classList.toggle("bad", model.notice_is_error)
  }
  const showProgress = () => {
    working.classList.toggle("shown", model.doing !== "")
    doing.textContent = model.doing
    if (model.progress < 0) progress.removeAttribute("value")
    else progress.value = model.progress
  }
  const showLook = () => {
    const dark = model.theme === "dark"
    look.textContent = dark ? "☀ Light" : "☾ Dark"
    look.title = dark ? "Use the light appearance" : "Use the dark appearance"
    for (const button of layouts) button.setAttribute("aria-pressed", String(button.dataset.layout === model.layout))
    sheet.replaceSync(model.sheet)
  }
  const tally = (passing, total) => {
    count.replaceChildren(node("b", {}, thousands(passing)), ` of ${thousands(total)} pass`)
    share.firstChild.style.width = `${total ? Math.max(passing ? 0.5 : 0, (100 * passing) / total) : 0}%`
  }
  model.on(["datasets", "dataset"], showDatasets)
  model.on("simulated", showBadge)
  model.on(["can_undo", "can_redo"], showSteps)
  model.on(["notice", "notice_is_error"], showNotice)
  model.on(["doing", "progress"], showProgress)
  model.on(["theme", "sheet", "layout"], showLook)
  showDatasets(); showBadge(); showSteps(); showNotice(); showProgress(); showLook()
  const listen = () => {
    window.penumbra.on("frame", ({header}) => tally(header.count, header.total))
    if (window.penumbra.last) tally(window.penumbra.last.header.count, window.penumbra.last.header.total)
  }
  const wait = setInterval(() => { if (window.penumbra) { clearInterval(wait); listen() } }, 40)
}
