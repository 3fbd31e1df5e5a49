// Pages that change by themselves: the server says which kinds of things have
// changed, marked pieces load themselves again. A piece in which somebody is
// writing stays, and a line says that there is news.
import { word } from './words'

// changed tells whether a person has touched a field since the page came: typed,
// ticked, chosen, or attached a photo that no reload could bring back.
function changed(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options]
    const first = options.some((o) => o.defaultSelected) || field.multiple ? undefined : options[0]
    return options.some((o) => o.selected !== (o.defaultSelected || o === first))
  }
  if (!(field instanceof HTMLInputElement) || field.type === 'hidden') return false
  if (field.type === 'file') return !!field.files?.length
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

function busy(piece: Element): boolean {
  const at = document.activeElement
  if (at && at !== piece && piece.contains(at) && at.matches('input, textarea, select, summary')) return true
  if (piece.querySelector('details[open] form, input[type=checkbox]:checked')) return true
  return [...piece.querySelectorAll('input, textarea, select')].some(changed)
}

function stale(): void {
  if (document.querySelector('.stale')) return
  const bar = document.createElement('div')
  bar.className = 'stale'
  bar.setAttribute('role', 'status')
  const text = document.createElement('span')
  text.textContent = word('stale')
  const reload = document.createElement('button')
  reload.type = 'button'
  reload.textContent = word('reload')
  reload.onclick = () => location.reload()
  bar.append(text, reload)
  document.getElementById('main')?.append(bar)
}

function offline(is: boolean): void {
  let bar = document.querySelector('.offline')
  if (!is) {
    bar?.remove()
    return
  }
  if (bar) return
  bar = document.createElement('div')
  bar.className = 'offline'
  bar.setAttribute('role', 'status')
  bar.textContent = word('offline')
  document.body.prepend(bar)
}

// missed are the kinds that changed while a piece was loading itself: its answer
// may be older than they are, and the queue of its element goes with it.
const missed = new Set<string>()

function tell(kinds: Iterable<string>): void {
  for (const kind of kinds) document.body.dispatchEvent(new CustomEvent(`live-${kind}`))
}

function caughtUp(): void {
  if (document.querySelector('[data-live].htmx-request')) return
  const kinds = [...missed]
  missed.clear()
  tell(kinds)
}

export function startLive(): void {
  addEventListener('offline', () => offline(true))
  addEventListener('online', () => offline(false))
  const keep = (e: Event) => {
    const piece = (e as CustomEvent).detail.elt as Element
    if (piece.matches('[data-live]') && busy(piece)) {
      e.preventDefault()
      stale()
    }
  }
  document.body.addEventListener('htmx:beforeRequest', keep)
  // Somebody may have begun to write while the answer was under way.
  document.body.addEventListener('htmx:beforeSwap', keep)
  document.body.addEventListener('htmx:afterSettle', caughtUp)
  const source = document.body.dataset.liveSource
  if (!source || !document.querySelector('[data-live]')) return
  const events = new EventSource(source)
  let lost = false
  events.onmessage = (e) => {
    const kinds = String(e.data).split(' ')
    if (document.querySelector('[data-live].htmx-request')) kinds.forEach((kind) => missed.add(kind))
    tell(kinds)
  }
  events.onerror = () => {
    lost = true
    delete document.body.dataset.live
  }
  events.onopen = () => {
    // What happened while the line was down was not told.
    if (lost) tell(['all'])
    lost = false
    document.body.dataset.live = 'on' // from now on the page hears of changes
  }
  addEventListener('pagehide', () => events.close())
}
