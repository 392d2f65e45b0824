// Where a reviewer judges the star in focus. A verdict is in this browser's keeping until the server says that it is on
// the disk; so is every word of a comment. Texts go into the page as text, never as HTML.

const DRAFT_AFTER_MS = 400
const RETRY_AFTER_MS = 8000
const ADVANCE_WITHIN_MS = 1500
const PRIORITIES = ["", "high", "medium", "low"]
const CONFIDENCES = [null, 0.2, 0.4, 0.6, 0.8, 1]
const FLAG = "flagged"

class Desk {
  constructor(model, el) {
    this.model = model
    this.el = el
    this.outbox = new Outbox(() => this.showState())
    this.form = {confidence: null, priority: "", tags: [], comment: ""}
    this.star = {}
    this.touched = false
    this.leaving = false
    this.keptBy = ""
    this.build()
    model.on("star", () => this.showStar())
    model.on(["reviewer", "signed_in", "blind", "blind_for_all"], () => this.showWho())
    model.on("queue", () => this.queue.show(model.queue))
    model.on("problem", () => this.showState())
    this.showWho(); this.queue.show(model.queue); this.showStar(); this.showState()
    if (!model.signed_in && !model.reviewer && shelf.get(NAME)) this.tell({kind: "reviewer", name: shelf.get(NAME)})
  }

  tell(message) { this.model.send_msg(message) }

  // ---------------------------------------------------------------- building

  build() {
    const {model} = this
    this.name = node("input", {type: "text", maxlength: "120", placeholder: "Your name", "aria-label": "Your name", onchange: () => this.callMe(),
      onkeydown: (event) => { if (event.key === "Enter" || event.key === "Escape") { event.preventDefault(); this.name.blur() } }})
    this.blind = node("input", {type: "checkbox", onchange: () => this.tell({kind: "blind", blind: this.blind.checked})})
    this.who = node("div", {class: "line"}, this.name, node("label", {title: "Hide what others said of a star until you have judged it"}, this.blind, "Blind"))
    this.queue = new JudgeQueue(model.columns, (message) => this.tell(message))
    this.title = node("h2")
    this.own = node("p", {class: "small"})
    this.words = node("div", {class: "words", role: "group", "aria-label": "Verdict"})
    this.buttons = model.vocabulary.map(([name, label, key, meaning]) => {
      const button = node("button", {title: meaning, "data-word": name, onclick: () => this.give(name)}, node("kbd", {}, key), node("span", {}, label))
      this.words.append(button)
      return button
    })
    this.confidences = CONFIDENCES.map((share, number) => node("button", {title: `${percent(share) || "Not given"} (${number})`, onclick: () => this.set("confidence", share)}, percent(share) || "–"))
    this.priorities = PRIORITIES.map((name) => node("button", {title: "Priority (p)", onclick: () => this.set("priority", name)}, name || "–"))
    this.tags = node("div", {class: "tags", role: "group", "aria-label": "Tags"})
    this.newTag = node("input", {type: "text", maxlength: "60", placeholder: "Another tag", "aria-label": "Another tag", onkeydown: (event) => {
      if (event.key === "Enter" || event.key === "Escape") { if (event.key === "Enter") this.addTag(); this.newTag.blur(); event.preventDefault() }
    }, onchange: () => this.addTag()})
    this.comment = node("textarea", {rows: "3", maxlength: "20000", placeholder: "Comment", "aria-label": "Comment", oninput: () => this.set("comment", this.comment.value), onkeydown: (event) => this.typed(event)})
    this.save = node("button", {class: "save", onclick: () => this.saveChange()}, "Save the change")
    this.kept = node("span", {class: "small", role: "status"})
    this.trouble = node("div", {class: "trouble", role: "alert"})
    this.history = node("ol", {class: "history"})
    this.historyTitle = node("h3", {}, "History of this star")
    this.judging = node("div", {class: "judging"}, this.title, this.own, this.words,
      node("div", {class: "field"}, node("span", {}, "Confidence"), node("div", {class: "choice", role: "group", "aria-label": "Confidence"}, ...this.confidences)),
      node("div", {class: "field"}, node("span", {}, "Priority ", node("kbd", {}, "p")), node("div", {class: "choice", role: "group", "aria-label": "Priority"}, ...this.priorities)),
      this.tags, this.comment, node("div", {class: "line"}, this.kept, this.save), this.historyTitle, this.history)
    this.empty = node("p", {class: "empty"}, "No star is picked. Press j, or Next, for the first star of the queue; or click one in a plane.")
    const help = node("button", {class: "quiet", onclick: () => window.penumbra?.emit("help", null)}, "Keys ", node("kbd", {}, "?"))
    this.who.append(help)
    this.el.append(node("div", {class: "desk"}, this.who, this.trouble, this.queue.element, this.empty, this.judging))
  }

  // ---------------------------------------------------------------- who

  callMe() {
    const name = this.name.value.trim().replace(/\s+/g, " ")
    shelf.put(NAME, name || null)
    this.tell({kind: "reviewer", name})
    if (name && this.waiting) {
      const word = this.waiting
      this.waiting = null
      setTimeout(() => { if (this.model.reviewer) this.give(word) }, 300)
    }
  }

  showWho() {
    const {model} = this
    this.name.value = model.reviewer
    this.name.disabled = model.signed_in
    this.name.title = model.signed_in ? "Your name comes from the login" : "Every verdict keeps who gave it"
    this.blind.checked = model.blind || model.blind_for_all
    this.blind.disabled = model.blind_for_all
    if (model.reviewer && !model.signed_in) shelf.put(NAME, model.reviewer)
    this.outbox.sendAll()
    this.showState()
  }

  // ---------------------------------------------------------------- the star and its form

  draftKeyOf(reviewer) { return `penumbra:draft:${JSON.stringify([reviewer, this.star.dataset, this.star.id])}` }

  get base() {
    const mine = this.star.mine
    return mine ? {confidence: mine.confidence, priority: mine.priority, tags: mine.tags, comment: mine.comment} : {confidence: null, priority: "", tags: [], comment: ""}
  }

  get changed() { return JSON.stringify(this.form) !== JSON.stringify(this.base) }

  showStar() {
    const star = this.model.star
    // What was typed before the name was given belongs to whoever gives it.
    const named = this.forWhom === "" && this.model.reviewer !== "" && this.touched
    const another = star.id !== this.star.id || star.dataset !== this.star.dataset || (this.forWhom !== this.model.reviewer && !named)
    const verdictChanged = !another && star.mine?.token !== this.star.mine?.token
    if (another) this.keepDraft(true)
    this.star = star
    const {reviewer} = this.model
    if (named && !another) shelf.put(this.draftKeyOf(""), null)
    this.forWhom = reviewer
    this.empty.hidden = Boolean(star.id)
    this.judging.hidden = !star.id
    if (!star.id) return
    if (named && !another) this.set("comment", this.form.comment)
    if (another) { this.leaving = false; this.touched = false; this.keptBy = ""; this.waiting = null }
    if (!this.touched || verdictChanged) {
      this.touched = false
      const local = shelf.get(this.draftKeyOf(this.forWhom))
      const server = star.draft
      const draft = (local?.at ?? 0) >= (server?.at ?? 0) ? local : server
      const {confidence, priority, tags, comment} = draft ?? this.base
      this.form = {confidence: confidence ?? null, priority: priority ?? "", tags: [...(tags ?? [])], comment: comment ?? ""}
      this.keptBy = draft ? (server ? "server" : "browser") : ""
      // What this browser kept while the server was away.
      if (draft && star.read && draft === local && local.at > (server?.at ?? 0)) this.sendDraft()
    }
    this.title.textContent = star.name
    this.showForm()
    this.history.replaceChildren(...historyLines(star))
    this.showState()
  }

  showForm() {
    const {form, star} = this
    if (this.comment.value !== form.comment) this.comment.value = form.comment
    this.confidences.forEach((button, i) => button.setAttribute("aria-pressed", String(CONFIDENCES[i] === form.confidence)))
    this.priorities.forEach((button, i) => button.setAttribute("aria-pressed", String(PRIORITIES[i] === form.priority)))
    const offered = [...new Set([FLAG, ...this.model.offered_tags, ...form.tags])]
    this.tags.replaceChildren(...offered.map((tag) => node("button", {"aria-pressed": String(form.tags.includes(tag)), title: tag === FLAG ? "Flag this star (f)" : null, onclick: () => this.toggleTag(tag)}, tag === FLAG ? "⚑ flagged" : tag)), this.newTag)
    const mine = star.mine
    this.buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.word === mine?.verdict)))
    this.own.textContent = mine ? `You said “${mine.label}”${mine.confidence === null ? "" : `, ${percent(mine.confidence)}`} on ${when(mine.time)}. A key says it anew.` : "You have not judged this star."
    this.save.hidden = !(mine && this.changed)
  }

  set(name, value) {
    if (!this.star.id) return
    this.form[name] = value
    this.touched = true
    this.showForm()
    const draft = this.changed ? {...this.form, at: Date.now()} : null
    shelf.put(this.draftKeyOf(this.forWhom ?? ""), draft)
    this.keptBy = draft && !shelf.broken ? "browser" : ""
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keepDraft(), DRAFT_AFTER_MS)
    this.showState()
  }

  toggleTag(tag) {
    const {tags} = this.form
    this.set("tags", tags.includes(tag) ? tags.filter((other) => other !== tag) : [...tags, tag])
  }

  addTag() {
    const tag = this.newTag.value.trim()
    this.newTag.value = ""
    if (tag && !this.form.tags.includes(tag)) this.toggleTag(tag)
  }

  typed(event) {
    if (event.key === "Escape" || (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey)) {
      event.preventDefault()
      this.comment.blur()
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.comment.blur()
      this.saveChange()
    }
  }

  keepDraft(leaving = false) {
    if (!this.timer || !this.star.id) return
    clearTimeout(this.timer)
    this.timer = null
    if (!leaving || this.forWhom) this.sendDraft()
  }

  sendDraft() {
    if (!this.forWhom) return
    const draft = this.changed ? {...this.form, at: Date.now()} : null
    this.draftToken = newToken()
    window.penumbra?.send({kind: "draft", token: this.draftToken, star: this.star.id, dataset: this.star.dataset, reviewer: this.forWhom, draft})
  }

  // ---------------------------------------------------------------- verdicts

  give(word, advance = true) {
    const {star, model} = this
    if (!star.id) return
    if (!model.reviewer) {
      this.waiting = word
      this.showState()
      this.name.focus()
      return
    }
    // A second key before the next star has come would judge this one again.
    if (this.leaving) return
    clearTimeout(this.timer)
    this.timer = null
    this.leaving = advance
    this.outbox.add({token: newToken(), reviewer: model.reviewer, dataset: star.dataset, star: star.id, word, ...this.form, tags: [...this.form.tags],
      advance, retried: false, context: star.context, time: new Date().toISOString()})
  }

  saveChange() {
    const {mine} = this.star
    if (mine && this.changed) this.give(mine.verdict, false)
  }

  heard(answer) {
    const item = this.outbox.items.find((kept) => kept.token === answer.token)
    if (!item) return
    if (answer.ok || answer.final) this.outbox.take(item.token)
    if (answer.ok) setTimeout(() => { this.leaving = false; this.showState() }, ADVANCE_WITHIN_MS)
    else this.leaving = false
    if (answer.ok) {
      shelf.put(`penumbra:draft:${JSON.stringify([item.reviewer, item.dataset, item.star])}`, null)
      if (item.star === this.star.id && item.dataset === this.star.dataset) {
        this.touched = false
        this.keptBy = ""
      }
      this.refused = ""
    } else if (answer.final) this.refused = answer.error
    else this.outbox.errors.set(item.token, answer.error)
    this.showState()
  }

  draftHeard(answer) {
    if (answer.token !== this.draftToken) return
    if (answer.ok) this.keptBy = this.changed ? "server" : ""
    this.showState()
  }

  showState() {
    if (!this.kept) return
    const {outbox} = this
    this.words.classList.toggle("leaving", Boolean(this.leaving))
    const place = {server: "Draft kept.", browser: "Draft kept in this browser.", "": ""}[this.keptBy]
    this.kept.textContent = shelf.broken && this.keptBy !== "server" && this.changed ? "This browser keeps no drafts: save soon." : place
    const lines = []
    if (this.waiting && !this.model.reviewer) lines.push("Type your name once: every verdict keeps who gave it.")
    if (this.refused) lines.push(this.refused)
    const waiting = outbox.items.filter((item) => outbox.errors.has(item.token) || item.retried)
    if (waiting.length) {
      const said = outbox.errors.get(waiting[waiting.length - 1].token) ?? "They are sent again as soon as the server answers."
      lines.push(`${waiting.length === 1 ? "1 verdict is" : `${waiting.length} verdicts are`} not saved yet and kept in this browser. ${said}`)
    } else if (this.model.problem) lines.push(this.model.problem)
    const again = node("button", {onclick: () => outbox.sendAll()}, "Try again")
    this.trouble.replaceChildren(...lines.map((line) => node("p", {}, line)), ...(waiting.length ? [again] : []))
    this.trouble.hidden = !lines.length
  }

  act({act, value}) {
    if (!this.el.checkVisibility() || !this.star.id) return
    if (act === "verdict") this.give(value)
    else if (act === "confidence") this.set("confidence", CONFIDENCES[Number(value)])
    else if (act === "priority") this.set("priority", PRIORITIES[(PRIORITIES.indexOf(this.form.priority) + 1) % PRIORITIES.length])
    else if (act === "flag") this.toggleTag(FLAG)
    else if (act === "comment") {
      this.comment.focus()
      this.comment.setSelectionRange(this.comment.value.length, this.comment.value.length)
      this.comment.scrollIntoView({block: "nearest"})
    }
  }
}

export function render({model, el}) {
  dress(model, el)
  const desk = new Desk(model, el)
  const forget = []
  const join = () => {
    const hub = window.penumbra
    forget.push(hub.on("act", (act) => desk.act(act)), hub.on("verdict_answer", (answer) => desk.heard(answer)),
      hub.on("draft_answer", (answer) => desk.draftHeard(answer)),
      hub.on("open", () => { setTimeout(() => desk.outbox.sendAll(), 400) }))
    if (hub.transport) desk.outbox.sendAll()
  }
  const wait = setInterval(() => { if (window.penumbra) { clearInterval(wait); join() } }, 40)
  const retry = setInterval(() => { if (desk.outbox.items.length) desk.outbox.sendAll() }, RETRY_AFTER_MS)
  let shown = null
  const watch = new IntersectionObserver((entries) => {
    const now = entries[entries.length - 1].isIntersecting
    if (now !== shown) model.send_msg({kind: "shown", shown: (shown = now)})
  })
  watch.observe(el)
  // The last words before a page is closed.
  const leave = () => desk.keepDraft(true)
  window.addEventListener("pagehide", leave)
  model.on("remove", () => {
    leave()
    clearInterval(wait)
    clearInterval(retry)
    watch.disconnect()
    window.removeEventListener("pagehide", leave)
    forget.forEach((end) => end())
  })
}
