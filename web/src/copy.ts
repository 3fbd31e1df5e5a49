// "Sao chép gửi Zalo": copies a text and tells the server that it was copied.
import { post, say } from './words'

async function copy(button: HTMLButtonElement): Promise<void> {
  const field = document.getElementById(button.dataset.copy ?? '') as HTMLTextAreaElement | null
  if (!field) return
  try {
    await navigator.clipboard.writeText(field.value)
  } catch {
    // Without HTTPS there is no clipboard: the old way, with the text in view.
    const fold = field.closest('details')
    if (fold) fold.open = true
    field.select()
    document.execCommand('copy')
  }
  const done = button.dataset.done ?? ''
  const before = button.textContent
  button.textContent = `✓ ${done}`
  say(done)
  setTimeout(() => (button.textContent = before), 4000)
  if (button.dataset.log) await post(button.dataset.log, {})
}

export function startCopy(): void {
  const show = () => document.querySelectorAll<HTMLButtonElement>('button[data-copy]').forEach((b) => (b.hidden = false))
  show()
  document.body.addEventListener('htmx:afterSwap', show)
  document.addEventListener('click', (e) => {
    const button = (e.target as Element).closest<HTMLButtonElement>('button[data-copy]')
    if (button) void copy(button)
  })
}
