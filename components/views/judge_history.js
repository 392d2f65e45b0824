// What was said of a star, newest first.

const percent = (share) => (share === null || share === undefined ? "" : `${Math.round(100 * share)} %`)

function when(iso) {
  const time = new Date(iso)
  const two = (number) => String(number).padStart(2, "0")
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}

function historyLines({records, hidden}) {
  const lines = [...records].reverse().map((record) => {
    const what = record.kind === "withdrawal" ? `took back “${record.label}”` : record.kind === "resolution" ? `resolved it as “${record.label}”` : record.label
    const more = [percent(record.confidence), record.priority && `${record.priority} priority`, ...record.tags].filter(Boolean).join(" · ")
    return node("li", {class: record.withdrawn ? "withdrawn" : "", title: record.cut_text ? `Cuts: ${record.cut_text.slice(0, 400)}` : "No cuts"},
      node("div", {}, node("b", {}, record.reviewer), ` ${what}`, node("time", {datetime: record.time}, when(record.time))),
      more ? node("div", {class: "small"}, more) : "", record.comment ? node("div", {class: "said"}, record.comment) : "")
  })
  if (hidden) lines.push(node("li", {class: "small"}, "Blind: what others said appears once you have judged the star."))
  else if (!lines.length) lines.push(node("li", {class: "small"}, "Nobody has judged this star yet."))
  return lines
}
