// Counts, kappa and conflicts of a team. Texts go into the page as text, never as HTML.

const kappa = (value) => (value === null ? "–" : value.toFixed(2).replace("-", "−"))
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)

export function render({model, el}) {
  dress(model, el)
  const root = node("div", {class: "desk"})
  el.append(root)
  // What is being filled in for a conflict stays while other verdicts come in.
  const typed = new Map()
  const waiting = new Map()

  const counts = (team) => {
    const head = node("tr", {}, node("th", {}, "Verdict"), ...team.reviewers.map((name) => node("th", {scope: "col"}, name)), node("th", {}, "all"))
    const rows = team.counts.map(({label, by}) => node("tr", {}, node("td", {}, label), ...by.map((n) => node("td", {}, n ? `${n}` : "·")), node("td", {}, `${sum(by)}`)))
    const totals = team.reviewers.map((_, i) => sum(team.counts.map(({by}) => by[i])))
    const foot = node("tr", {class: "total"}, node("td", {}, "All"), ...totals.map((n) => node("td", {}, `${n}`)), node("td", {}, `${sum(totals)}`))
    return node("table", {}, head, ...rows, foot)
  }

  const conflict = ({star, said}, team) => {
    const kept = typed.get(star) ?? {word: "", comment: ""}
    typed.set(star, kept)
    const word = node("select", {"aria-label": `Resolution of ${star}`, onchange: () => { kept.word = word.value; resolve.disabled = !word.value || !team.reviewer }},
      node("option", {value: ""}, "Resolve it as…"), ...model.vocabulary.map(([value, label]) => node("option", {value}, label)))
    word.value = kept.word
    const comment = node("input", {type: "text", maxlength: "2000", placeholder: "Why (optional)", "aria-label": "Why", oninput: () => { kept.comment = comment.value }})
    comment.value = kept.comment
    const trouble = node("p", {class: "small", role: "status"})
    const resolve = node("button", {title: team.reviewer ? null : "Give your name on the Judge page first", onclick: () => {
      const token = newToken()
      waiting.set(token, {star, trouble, resolve})
      resolve.disabled = true
      trouble.textContent = "Saving…"
      window.penumbra.send({kind: "verdict", token, star, dataset: team.dataset, reviewer: team.reviewer, word: word.value, comment: comment.value, resolves: true})
    }}, "Resolve")
    resolve.disabled = !kept.word || !team.reviewer
    return node("div", {class: "conflict", "data-star": star},
      node("button", {class: "star", title: "Look at this star", onclick: () => model.send_msg({kind: "pick", star})}, star),
      ...said.map(({reviewer, label, confidence, comment: why}) => node("div", {}, node("b", {}, reviewer), ` ${label}`,
        confidence === null ? "" : node("span", {class: "small"}, ` ${Math.round(100 * confidence)} %`), why ? node("div", {class: "said"}, why) : "")),
      node("div", {class: "resolve"}, comment, word, resolve), trouble)
  }

  const show = () => {
    const {team} = model
    if (!team.reviewers) return
    if (!team.reviewers.length) {
      root.replaceChildren(node("p", {class: "empty"}, "No verdict on a star of this catalogue yet. Judge some, and come back."))
      return
    }
    // A list that is being typed in is not pulled away.
    if (el.getRootNode().activeElement?.matches?.(".conflict input, .conflict select")) return
    const pairs = team.pairs.filter(([, , , n]) => n)
    root.replaceChildren(
      node("div", {class: "figures"},
        node("div", {}, node("b", {}, `${team.judged}`), node("span", {class: "small"}, "stars judged")),
        node("div", {title: "Fleiss 1971, over stars that at least two judged: 1 is perfect, 0 is chance"}, node("b", {}, `${kappa(team.fleiss)}`), node("span", {class: "small"}, `κ over ${team.shared} shared`)),
        node("div", {}, node("b", {}, `${team.n_conflicts}`), node("span", {class: "small"}, `conflicts, ${team.resolved} resolved`))),
      node("h3", {}, "Verdicts given"), counts(team),
      node("h3", {}, "Agreement of pairs"),
      pairs.length ? node("table", {}, node("tr", {}, node("th", {}, "Reviewers"), node("th", {title: "Cohen 1960: 1 is perfect, 0 is chance"}, "Cohen’s κ"), node("th", {}, "stars")),
        ...pairs.map(([a, b, value, n]) => node("tr", {}, node("td", {}, `${a} and ${b}`), node("td", {}, kappa(value)), node("td", {}, `${n}`))))
        : node("p", {class: "small"}, "No two reviewers have judged the same star."),
      node("h3", {}, "Conflicts"),
      ...(team.conflicts.length ? team.conflicts.map((one) => conflict(one, team)) : [node("p", {class: "small"}, "None: reviewers agree on every shared star.")]),
      team.n_conflicts > team.conflicts.length ? node("p", {class: "small"}, `${team.n_conflicts - team.conflicts.length} more; resolve some of these first.`) : "")
  }
  model.on("team", show)
  show()

  let forget = null
  const wait = setInterval(() => {
    if (!window.penumbra) return
    clearInterval(wait)
    forget = window.penumbra.on("verdict_answer", (answer) => {
      const item = waiting.get(answer.token)
      if (!item) return
      waiting.delete(answer.token)
      if (answer.ok) typed.delete(item.star)
      item.trouble.textContent = answer.ok ? "Resolved." : answer.error
      item.resolve.disabled = answer.ok
    })
  }, 40)
  let shown = null
  const watch = new IntersectionObserver((entries) => {
    const now = entries[entries.length - 1].isIntersecting
    if (now !== shown) model.send_msg({kind: "shown", shown: (shown = now)})
  })
  watch.observe(el)
  model.on("remove", () => {
    clearInterval(wait)
    watch.disconnect()
    forget?.()
  })
}
