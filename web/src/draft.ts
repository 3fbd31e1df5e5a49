// Work is never lost: what is typed into texts is kept in the browser, for the
// account and the form, until the server says that the form arrived. Signing out
// takes the account's drafts away: the next one at a shared computer sees none.
import { say, word } from './words'

const prefix = () => `draft:${document.body.dataset.signedIn ?? ''}:`

function key(field: HTMLTextAreaElement | HTMLInputElement): string {
  const action = field.form?.getAttribute('action') ?? location.pathname
  return `${prefix()}${action}:${field.name}`
}

// sent remembers which form went out. Only the server's own word is the proof that
// it arrived: the line of success on the next page. A lost line, a session that
// ran out or a message of error leave the draft where it is.
const sent = 'draft-sent'

function forget(beginning: string): void {
  for (const k of Object.keys(localStorage)) {
    if (k.startsWith(beginning)) localStorage.removeItem(k)
  }
}

function settle(): void {
  const action = sessionStorage.getItem(sent)
  if (!action) return
  sessionStorage.removeItem(sent)
  if (document.querySelector('.flash') && !document.querySelector('.problems')) forget(`${prefix()}${action}:`)
}

// arrived forgets what was typed into a form that a piece of the page has sent.
export function arrived(action: string): void {
  try {
    forget(`${prefix()}${action}:`)
  } catch {
    // a browser that keeps nothing
  }
}

export function startDrafts(): void {
  try {
    settle()
    restore()
  } catch {
    return // a browser that keeps nothing
  }
  document.addEventListener('input', (e) => {
    const field = e.target as HTMLTextAreaElement
    if (!field.matches('[data-draft]')) return
    if (field.value) localStorage.setItem(key(field), field.value)
    else localStorage.removeItem(key(field))
  })
  document.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (form.getAttribute('action') === '/dang-xuat') forget(prefix())
    else if (form.method === 'post') sessionStorage.setItem(sent, form.getAttribute('action') ?? location.pathname)
  })
}

function restore(): void {
  let found = false
  for (const field of document.querySelectorAll<HTMLTextAreaElement>('[data-draft]')) {
    const text = localStorage.getItem(key(field))
    if (text && !field.value) {
      field.value = text
      const fold = field.closest('details')
      if (fold) fold.open = true
      found = true
    }
  }
  if (found) say(word('draft'))
}
