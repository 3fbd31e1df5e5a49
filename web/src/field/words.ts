// The words of the app come with its shell, in both languages.
const all = JSON.parse(document.body.dataset.words ?? '{}') as Record<string, Record<string, string>>
let lang = localStorage.getItem('di-lang') ?? 'vi'

export const language = () => lang

export function speak(next: string): void {
  lang = next
  localStorage.setItem('di-lang', next)
  document.documentElement.lang = next
}

// t is a text with {name} filled in.
export function t(key: string, args: Record<string, string | number> = {}): string {
  const text = all[lang]?.[`field.${key}`] ?? key
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''))
}

// fold makes texts comparable without tones and case: đ is d.
export const fold = (s: string) => s.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/\s+/g, ' ').trim()
