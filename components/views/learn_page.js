// The page Learn: the lessons on offer, how far each went, and the outline of the one that runs.

export function render({model, el}) {
  el.style.width = "100%"
  const send = (message) => model.send_msg(message)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  const running = node("section", {class: "running", "aria-label": "The lesson that runs"})
  const remark = node("p", {class: "remark", role: "alert"})
  const list = node("div", {class: "list"})
  const errors = node("div", {class: "errors"})
  el.append(node("div", {class: "learn"}, running, node("h2", {}, "Lessons"),
    node("p", {class: "small"}, "Guided tours: each step points at a control and waits until you have used it. Leave whenever you like; your progress is kept in this browser."),
    remark, list, errors))

  const showRunning = () => {
    const now = model.running
    running.hidden = !now.title
    if (!now.title) return
    const items = now.steps.map(([title, done], index) => node("li", {class: index === now.step ? "here" : ""},
      node("button", {class: "plain", "aria-current": index === now.step ? "step" : null, onclick: () => send({kind: "go_to", step: index})},
        node("span", {class: "mark", "aria-hidden": "true"}, done ? "✓" : String(index + 1)), title, done ? node("span", {class: "hidden"}, " (done)") : "")))
    running.replaceChildren(node("h2", {}, now.title), node("ol", {}, ...items), node("div", {class: "buttons"},
      node("button", {class: "primary", onclick: () => send({kind: "show"})}, "Show the step"),
      node("button", {onclick: () => send({kind: "leave"})}, "Leave the lesson")))
  }

  const showLessons = () => {
    remark.textContent = model.remark
    list.replaceChildren(...model.lessons.map((lesson) => {
      const whole = lesson.done >= lesson.total
      const begun = lesson.done > 0 && !whole
      const share = node("div", {class: "share", "aria-hidden": "true"}, node("div", {}))
      share.firstChild.style.width = `${(100 * lesson.done) / lesson.total}%`
      return node("article", {class: "lesson", "aria-label": lesson.title},
        node("h3", {}, lesson.title),
        node("p", {}, lesson.summary),
        node("p", {class: "small"}, `${lesson.minutes} min · ${lesson.total} steps · ${lesson.data}`, lesson.done ? ` · ${lesson.done} done` : ""),
        share,
        node("div", {class: "buttons"},
          begun ? node("button", {class: "primary", "aria-label": `Resume ${lesson.title}`, onclick: () => send({kind: "begin", name: lesson.name, step: lesson.next})}, `Resume at step ${lesson.next + 1}`) : "",
          node("button", {class: begun ? "" : "primary", "aria-label": `${whole ? "Repeat" : "Start"} ${lesson.title}`, onclick: () => send({kind: "begin", name: lesson.name, step: 0})}, whole ? "Do it again" : begun ? "Start over" : "Start")))
    }))
    errors.replaceChildren(...(model.errors.length ? [node("h3", {}, "Files that cannot be used"), ...model.errors.map((text) => node("p", {class: "remark"}, text))] : []))
  }
  model.on("running", showRunning)
  model.on(["lessons", "remark", "errors"], showLessons)
  model.on("sheet", () => sheet.replaceSync(model.sheet))
  showRunning()
  showLessons()
}
