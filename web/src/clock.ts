// Clocks that show the time left. They follow the world clock of the page (in
// an exercise it may run faster or stand) and are announced at 60, 15 and 5
// minutes only.
import { say, word } from './words'

const started = performance.now()

export function worldNow(): number {
  const body = document.body.dataset
  return Number(body.world) + (performance.now() - started) * Number(body.speed)
}

export function spell(minutes: number): string {
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor(minutes / 60) % 24
  const rest = minutes % 60
  const parts: string[] = []
  if (days === 1) parts.push(word('day', 1))
  else if (days > 1) parts.push(word('days', days))
  if (hours > 0) parts.push(word('hours', hours))
  if (days === 0 && rest > 0) parts.push(word('minutes', rest))
  return parts.length ? parts.join(' ') : word('under')
}

const told = new Map<string, number>()

function announce(clock: HTMLElement, minutes: number): void {
  const name = clock.dataset.name
  if (!name) return
  const key = name + clock.dataset.due
  const before = told.get(key)
  told.set(key, minutes)
  if (before === undefined) return
  for (const at of [5, 15, 60]) {
    if (minutes <= at && before > at) {
      say(word(String(at), name))
      return
    }
  }
}

function tick(): void {
  const now = worldNow()
  for (const clock of document.querySelectorAll<HTMLElement>('time[data-due]')) {
    const left = Number(clock.dataset.due) / 1000 - now
    const minutes = Math.floor(Math.abs(left) / 60000)
    const text = word(left < 0 ? 'overdue' : 'left', spell(minutes))
    if (clock.textContent !== text) clock.textContent = text
    clock.classList.toggle('late', left < 0)
    clock.classList.toggle('soon', left >= 0 && left < 24 * 3600 * 1000)
    announce(clock, left < 0 ? -1 : minutes)
  }
}

export function startClocks(): void {
  tick()
  setInterval(tick, 5000)
}
