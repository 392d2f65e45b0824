// The challenge of the page Learn: a name gives the stars, picks are handed in, the truth and the class board follow.

const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toPrecision(3)} %` : "–")

export function render({model, el}) {
  el.style.width = "100%"
  const send = (message) => model.send_msg(message)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(model.sheet)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  const problem = node("p", {class: "remark", role: "alert"})
  const doing = node("p", {class: "small", role: "status"})
  const name = node("input", {type: "text", "aria-label": "Name of the challenge", placeholder: "name of the challenge", maxlength: "60", autocomplete: "off"})
  const start = node("form", {class: "line", onsubmit: (event) => { event.preventDefault(); if (name.value.trim()) send({kind: "begin", name: name.value}) }},
    name, node("button", {type: "submit", class: "primary"}, "Open its stars"))
  const intro = node("div", {}, node("p", {class: "small"},
    "Find the stars with a neutron star or a black hole among 30 000 simulated ones whose truth is hidden. The name alone decides which stars they are: give your class one name, and all look at the same sky."), start)
  const mark = node("button", {class: "primary", title: "Also with the key m", onclick: () => send({kind: "toggle"})})
  const all = node("button", {onclick: () => send({kind: "pick_passing"})}, "Pick all that pass")
  const picks = node("ul", {class: "picks", "aria-label": "Stars you picked"})
  const count = node("h3", {})
  const who = node("input", {type: "text", "aria-label": "Your name", placeholder: "your name", maxlength: "60", autocomplete: "name"})
  const hand = node("form", {class: "line", onsubmit: (event) => { event.preventDefault(); send({kind: "hand_in", reviewer: who.value}) }},
    who, node("button", {type: "submit", class: "primary"}, "Hand in"))
  const result = node("section", {class: "result", "aria-label": "Your result", "aria-live": "polite"})
  const board = node("section", {"aria-label": "Class board"})
  const play = node("div", {},
    node("p", {class: "small"}, "Wanted: neutron stars and black holes, of stars with at least three velocities. Cut, look at stars one by one, and pick your candidates. The first result you hand in counts."),
    node("div", {class: "buttons"}, mark, all), count, picks, hand, result, board)
  const head = node("h2", {})
  el.append(node("div", {class: "learn"}, head, problem, doing, intro, play))

  const STORE = "penumbra.reviewer"
  const show = () => {
    const now = model.state
    head.textContent = now.name ? `Challenge “${now.name}”` : "Challenge"
    intro.hidden = Boolean(now.name)
    play.hidden = !now.name
    problem.textContent = now.problem
    doing.textContent = now.doing
    mark.textContent = now.star && now.picks.includes(now.star) ? "Put this star back" : "Pick this star"
    mark.disabled = !now.star
    count.textContent = `${now.picks.length} picked`
    picks.replaceChildren(...now.picks.slice(0, 300).map((star) => node("li", {},
      node("button", {class: "plain", title: "Look at this star", onclick: () => send({kind: "look", star})}, star),
      node("button", {class: "icon", "aria-label": `Put ${star} back`, onclick: () => send({kind: "drop", star})}, "✕"))))
    if (!who.value) who.value = now.reviewer || (() => { try { return localStorage.getItem(STORE) ?? "" } catch { return "" } })()
    who.disabled = now.signed_in
    const score = now.result
    result.hidden = !score
    if (score) {
      try { localStorage.setItem(STORE, who.value) } catch { /* storage is off: the name is typed again next time */ }
      const lines = (items, kind) => items.map(([star, text]) => node("li", {}, node("button", {class: "plain", title: "Look at this star", onclick: () => send({kind: "look", star})}, star), node("span", {class: kind}, ` ${text}`)))
      result.replaceChildren(node("h3", {}, `${score.points} of 100 points`),
        node("p", {}, `You found ${score.found} of ${score.wanted} wanted stars: completeness ${percent(score.completeness)}. Of your ${score.picked} picks ${score.found} are wanted: purity ${percent(score.purity)}. Points are 100 times the harmonic mean of the two.`),
        node("details", {open: true}, node("summary", {}, `Missed: ${now.missed.length}`), node("ul", {class: "reasons"}, ...lines(now.missed, ""))),
        node("details", {}, node("summary", {}, `Picked in vain: ${now.wrong.length}`), node("ul", {class: "reasons"}, ...lines(now.wrong, ""))))
    }
    board.hidden = !now.board.length
    board.replaceChildren(node("table", {}, node("caption", {}, "Class board"),
      node("thead", {}, node("tr", {}, ...["Name", "Points", "Compl.", "Purity", "Picks", "Tries"].map((text) => node("th", {scope: "col"}, text)))),
      node("tbody", {}, ...now.board.map((line) => node("tr", {}, ...[line.reviewer, line.points, percent(line.completeness), percent(line.purity), line.picked, line.tries].map((text) => node("td", {}, String(text))))))))
  }
  model.on("state", show)
  model.on("sheet", () => sheet.replaceSync(model.sheet))
  show()
}
