// The pages of documents: a file that is dropped is sent at once, a selected
// sentence becomes a task, what has the focus is marked in the text, long lists
// of offices are narrowed by typing. Without script everything is there too,
// with more taps.
import { fold } from './fold'

export function startDocuments(): void {
  document.querySelectorAll<HTMLFormElement>('[data-drop]').forEach(drop)
  document.querySelectorAll<HTMLElement>('[data-poll]').forEach(poll)
  document.querySelectorAll<HTMLElement>('[data-filter-list]').forEach(narrow)
  document.querySelectorAll<HTMLElement>('[data-fill]').forEach(stock)
  document.querySelectorAll<HTMLElement>('[data-review]').forEach(review)
}

// drop takes a file from the desktop, and sends the form when one is chosen.
function drop(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>('input[type=file]')
  if (!field) return
  form.querySelector<HTMLElement>('.drop-hint')?.removeAttribute('hidden')
  const limit = Number(form.dataset.limit ?? 0)
  const send = () => {
    const size = [...(field.files ?? [])].reduce((n, f) => n + f.size, 0)
    if (size > 0 && (!limit || size <= limit)) form.requestSubmit()
  }
  field.addEventListener('change', send)
  for (const name of ['dragenter', 'dragover']) {
    form.addEventListener(name, (e) => {
      e.preventDefault()
      form.classList.add('over')
    })
  }
  form.addEventListener('dragleave', () => form.classList.remove('over'))
  form.addEventListener('drop', (e) => {
    e.preventDefault()
    form.classList.remove('over')
    if (e.dataTransfer?.files.length) {
      field.files = e.dataTransfer.files
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }
  })
}

// poll looks how far a reading is until the page has its result.
function poll(section: HTMLElement): void {
  const look = async () => {
    if (document.hidden) {
      setTimeout(look, 1500)
      return
    }
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin' })
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = page.getElementById(section.id)
      if (answer.ok && !fresh) {
        location.reload()
        return
      }
      const [was, is] = [section.querySelector('[data-progress]'), fresh?.querySelector('[data-progress]')]
      if (was && is && was.innerHTML !== is.innerHTML) was.replaceWith(is)
    } catch {
      // The network is away; the next look may find it again.
    }
    setTimeout(look, 1500)
  }
  setTimeout(look, 1000)
}

// narrow hides the boxes whose names do not hold what is typed.
function narrow(list: HTMLElement): void {
  const field = list.querySelector<HTMLInputElement>('input[type=search]')
  if (!field) return
  field.hidden = false
  const labels = [...list.querySelectorAll<HTMLElement>('.options label')]
  const names = labels.map((l) => fold(l.textContent ?? ''))
  field.addEventListener('input', () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean)
    labels.forEach((label, i) => {
      const ticked = label.querySelector<HTMLInputElement>('input')?.checked
      label.hidden = !ticked && !words.every((w) => names[i].includes(w))
    })
  })
  field.addEventListener('keydown', (e) => {
    if (e.key === 'Enter') e.preventDefault()
  })
}

// stock puts a ready-made sentence into the field of the opinion.
function stock(row: HTMLElement): void {
  const field = document.getElementById(row.dataset.fill ?? '') as HTMLTextAreaElement | null
  if (!field) return
  row.hidden = false
  row.addEventListener('click', (e) => {
    const button = (e.target as Element).closest('button')
    if (!button) return
    const text = button.textContent?.trim() ?? ''
    field.value = field.value.trim() ? `${field.value.trim()} ${text}` : text
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.focus()
  })
}

function review(page: HTMLElement): void {
  const source = page.querySelector<HTMLElement>('[data-source]')
  if (!source) return
  const light = (id: string) => {
    for (const old of source.querySelectorAll('.lit')) old.classList.remove('lit')
    if (!id) return
    const marks = [...source.querySelectorAll<HTMLElement>(`[data-refs~="${CSS.escape(id)}"]`)]
    marks.forEach((m) => m.classList.add('lit'))
    return marks[0]
  }
  const cardOf = (at: EventTarget | null) => (at as Element | null)?.closest<HTMLElement>('[data-card]')
  page.addEventListener('focusin', (e) => {
    const card = cardOf(e.target)
    if (card) reveal(light(card.dataset.of ?? card.id))
  })
  page.addEventListener('mouseover', (e) => {
    const card = cardOf(e.target)
    if (card) light(card.dataset.of ?? card.id)
  })
  // The next proposal after a decision: its first button has the focus.
  const target = document.getElementById(location.hash.slice(1))
  if (target?.matches('[data-card]')) {
    const button = target.querySelector<HTMLElement>('[data-right], input:not([type=hidden]), textarea')
    ;(button ?? target).focus({ preventScroll: true })
    target.scrollIntoView({ block: 'nearest' })
  }
  select(source, page)
}

// reveal scrolls the text, and only the text, so that a mark is in sight.
function reveal(mark?: HTMLElement): void {
  const box = mark?.closest<HTMLElement>('.review-source')
  if (!mark || !box || box.scrollHeight <= box.clientHeight) return
  const [m, b] = [mark.getBoundingClientRect(), box.getBoundingClientRect()]
  if (m.top < b.top + 40 || m.bottom > b.bottom - 40) box.scrollTop += m.top - b.top - box.clientHeight / 3
}

// select offers to make a task of the words that are selected in the text.
function select(source: HTMLElement, page: HTMLElement): void {
  const offer = page.querySelector<HTMLElement>('[data-selection]')
  const link = offer?.querySelector<HTMLAnchorElement>('[data-add]')
  if (!offer || !link) return
  const look = () => {
    const selection = getSelection()
    if (!selection?.rangeCount || selection.isCollapsed) {
      offer.hidden = true
      return
    }
    const range = selection.getRangeAt(0)
    const [start, end] = [place(source, range.startContainer, range.startOffset), place(source, range.endContainer, range.endOffset)]
    offer.hidden = start < 0 || end <= start
    if (!offer.hidden) link.href = `${link.dataset.add}&tu=${start}&den=${end}#sua`
  }
  document.addEventListener('selectionchange', look)
  look() // on a slow phone words may be selected before this script came
}

// place is the code point of the text at which a position of the page lies.
function place(source: HTMLElement, node: Node, offset: number): number {
  if (!source.contains(node)) return -1
  const at = (node.nodeType === Node.TEXT_NODE ? node.parentElement : (node as Element))?.closest<HTMLElement>('[data-at]')
  const text = at?.querySelector('[data-text]')?.firstChild
  if (!at || !text) return -1
  const start = Number(at.dataset.at)
  if (node !== text) return start
  return start + [...(text.textContent ?? '').slice(0, offset)].length
}
