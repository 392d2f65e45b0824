const NUMBER = /(?<![\w.])\d+\.?\d*(?:e[+-]?\d+)?(?![\w.])/gi

// The cut's text with its numbers as fields; texts with words in quotes and outlines are shown as they are.
function cutText(step, number, send) {
  const text = step.present_text || step.text
  const line = node("div", {class: "cut", title: text})
  if (!step.applied || step.gone || step.missing.length || /['"[]/.test(text) || text.length > 170) {
    line.textContent = text
    return line
  }
  const parts = []
  let at = 0
  for (const match of text.matchAll(NUMBER)) {
    parts.push(text.slice(at, match.index), null)
    const field = node("input", {class: "number", value: match[0], inputmode: "decimal", spellcheck: "false",
      "aria-label": `Number ${parts.length / 2} of step ${number + 1}: ${step.title}`, style: `width:${Math.max(match[0].length, 3) + 2.2}ch`})
    field.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") field.blur() })
    field.addEventListener("change", () => {
      const value = field.value.trim().replace("−", "-")
      parts[field.place] = value
      send({kind: "edit", number, text: parts.join("")})
    })
    field.place = parts.length - 1
    parts[field.place] = match[0]
    line.append(text.slice(at, match.index), field)
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  line.append(text.slice(at))
  return line
}

export function render({model, el}) {
  dress(model, el)
  const send = (message) => model.send_msg(message)
  const paper = node("select", {"aria-label": "Paper", class: "grow", onchange: () => send({kind: "paper", key: paper.value})})
  const preset = node("select", {"aria-label": "Selection of the paper", class: "grow", onchange: () => send({kind: "choose", name: preset.value})})
  const cite = node("p", {class: "small"})
  const note = node("p", {class: "small"})
  const apply = node("button", {class: "go", onclick: () => send({kind: "apply"})}, "Apply all steps")
  const standing = node("p", {class: "small grow"})
  const funnel = node("ol", {class: "funnel", "aria-label": "Steps of the selection"})
  const head = node("div", {class: "numbers head"}, node("span", {}, "left after the step"), node("b", {}, "paper"), node("b", {}, "here"), node("b", {}, "yours"))
  const grading = node("p", {class: "small"})
  const changes = node("ul", {class: "changes"})
  const copy = node("button", {onclick: () => copyText(copy, model.report)}, "Copy")
  const save = node("button", {onclick: () => {
    const link = node("a", {href: URL.createObjectURL(new Blob([model.report + "\n"], {type: "text/plain"})), download: `differences-${model.chosen}.txt`})
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 4000)
  }}, "Save as text")
  const differs = node("section", {class: "card", "aria-label": "Differences from the paper"},
    node("h3", {}, "Differences from the paper"), changes, node("div", {class: "row"}, copy, save))
  const figures = node("ul", {class: "figures"})
  el.append(
    node("section", {class: "card first"}, node("h3", {}, "Replay a paper"), node("div", {class: "row"}, paper), node("div", {class: "row"}, preset), cite,
      node("div", {class: "row"}, apply, standing), answerLine(model), head, funnel, grading, note),
    differs,
    node("section", {class: "card"}, node("h3", {}, "Figures of the paper"), figures))

  const count = (value) => (value === null || value === undefined ? "–" : thousands(value))
  const bar = (value, whole, kind) => node("i", {class: `bar ${kind}`, style: `width:${value && whole ? Math.max(1, (100 * Math.log1p(value)) / Math.log1p(whole)) : 0}%`})
  const start = () => {
    const {parent, parent_count: whole, total} = model.about
    return node("li", {class: "step start"}, node("div", {class: "row"}, node("span", {class: "grow"}, parent || "The catalogue")),
      node("div", {class: "numbers"}, node("span", {}), node("span", {}, count(whole)), node("span", {}, count(total)), node("span", {}, model.upto ? count(total) : "")))
  }
  const showSteps = () => {
    const focused = el.getRootNode().activeElement
    const keep = focused?.classList?.contains("number") ? focused.getAttribute("aria-label") : null
    const whole = model.about.parent_count || Math.max(0, ...model.steps.map((s) => s.published ?? 0))
    funnel.replaceChildren(start(), ...model.steps.map((step, number) => {
      const away = step.missing.length > 0
      const stop = node("button", {class: "plain stop", disabled: away, title: "Apply the selection as far as this step", "aria-label": `Apply up to step ${number + 1}`,
        onclick: () => send({kind: "apply", upto: number + 1})}, "up to here")
      const badge = step.mark === "printed" ? "" : node("span", {class: `badge ${step.mark}`, title: model.about.marks[step.mark]}, step.mark)
      const rows = [
        node("div", {class: "row"}, node("span", {class: "title grow"}, step.title), stop),
        cutText(step, number, send),
        node("div", {class: "numbers"},
          node("span", {class: "bars"}, bar(step.published, whole, "paper"), bar(step.present ?? step.count, model.about.total, "here")),
          node("span", {}, count(step.published)), node("span", {}, away ? "" : model.counting && step.count === null ? "…" : count(step.count)),
          node("span", {class: step.changed ? "differs" : ""}, model.upto && step.applied && !step.gone ? count(step.present) : "")),
      ]
      if (away) rows.push(node("p", {class: "small warn"}, `Left out: this catalogue has no ${step.missing.join(", ")}.`))
      if (step.changed || (step.gone && !away)) {
        rows.push(node("div", {class: "row"}, node("span", {class: "small grow differs"}, step.gone ? "Not cut now." : `The paper: ${step.text}`),
          node("button", {class: "plain", onclick: () => send({kind: "put_back", number})}, "put back")))
      }
      rows.push(node("p", {class: "small"}, step.section, badge ? " " : "", badge, step.note ? ` · ${step.note}` : ""))
      return node("li", {class: `step ${step.applied && !away ? "on" : ""} ${away ? "away" : ""} ${number + 1 === model.upto ? "last" : ""}`}, ...rows)
    }))
    if (keep) [...funnel.querySelectorAll("input.number")].find((field) => field.getAttribute("aria-label") === keep)?.focus()
  }
  const showAbout = () => {
    options(paper, model.papers, model.paper)
    options(preset, model.presets, model.chosen)
    cite.replaceChildren(`${model.about.citation} · doi ${model.about.doi}`)
    note.textContent = model.about.note
    note.style.display = model.about.note ? "" : "none"
    const steps = model.steps.length
    standing.textContent = model.upto === 0 ? "Not applied: the numbers show what it would leave."
      : `${model.upto < steps ? `Applied up to step ${model.upto} of ${steps}` : "Applied"}${model.changes.length ? `, ${model.changes.length} difference${model.changes.length > 1 ? "s" : ""}` : ", as published"}.`
    apply.textContent = model.upto ? "Apply all again" : "Apply all steps"
    grading.textContent = model.grading.length ? `Then graded by the number of these met: ${model.grading.map((g) => g.title).join("; ")}.` : ""
    grading.style.display = model.grading.length ? "" : "none"
    differs.style.display = model.upto ? "" : "none"
    changes.replaceChildren(...(model.changes.length ? model.changes : ["None: the cuts are as published."]).map((text) => node("li", {}, text)))
  }
  const showFigures = () => figures.replaceChildren(...model.figures.map(([key, figure, title, reason, about]) =>
    node("li", {}, node("button", {class: "figure", disabled: Boolean(reason), title: reason ? `Not with this catalogue: ${reason}` : "Arrange the page like this figure", onclick: () => send({kind: "figure", key})},
      node("b", {}, figure), node("span", {}, title)), reason ? node("p", {class: "small"}, `Not with this catalogue: ${reason}.`) : about ? node("p", {class: "small"}, about) : "")))
  model.on(["papers", "paper", "presets", "chosen", "about", "upto", "changes", "grading"], showAbout)
  model.on(["steps", "counting", "about"], () => { showSteps(); showAbout() })
  model.on("figures", showFigures)
  showAbout(); showSteps(); showFigures()
}
