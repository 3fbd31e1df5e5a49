// What a table has recorded, read from the journal: samples that stand, tubes that
// are closed, results that were read.
import type { State } from './app'
import { lines, once, record, type Fresh } from './outbox'
import { supervisedText } from './supervised'
import type { Line, Person, Rec, Table } from './types'
import { t } from './words'

// standing are the records of a table that were not taken back.
export function standing(x: Table): Rec[] {
  const back = new Set(lines.filter((l) => l.rec.kind === 'take_back').map((l) => l.rec.of))
  return lines.map((l) => l.rec).filter((r) => r.session === x.id && !back.has(r.id))
}

export const samplesOf = (x: Table): Rec[] => standing(x).filter((r) => r.kind === 'sample')

// readings are what was last read of each tube.
export const readings = () => new Map<string, Line>(lines.filter((l) => l.rec.kind === 'reading').map((l) => [l.rec.tube ?? '', l]))

// closed tubes take no more samples.
export const closed = (tube: string) => lines.some((l) => l.rec.kind === 'close_tube' && l.rec.tube === tube) || readings().has(tube)

export const single = (x: Table) => x.pool_max === 1

// personOf is somebody of the list, or a newcomer of this phone.
export const personOf = (x: Table, id?: string): Person | Rec | undefined => x.people.find((p) => p.id === id) ?? lines.find((l) => l.rec.id === id)?.rec

// invitedAs is the place of a person on the list of a session, if he has one.
export function invitedAs(p?: Person): string {
  if (!p?.number) return ''
  const hour = p.slot ? new Date(p.slot).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' }) : ''
  return hour ? t('invited', { n: p.number, at: hour }) : t('invited_no', { n: p.number })
}

// asWhat is as which of the list somebody gave a sample, and who watched; giver is
// his name with it.
export const asWhat = (x: Table, r: Rec) => [invitedAs(x.people.find((p) => p.id === r.resident)), supervisedText(r)].filter(Boolean).join(' · ')
export const giver = (x: Table, r: Rec) => [personOf(x, r.resident)?.name ?? '', asWhat(x, r)].filter(Boolean).join(' · ')

// keep records; what comes of it is drawn. Sending may wait for the next time, so
// that a slip of the thumb can be taken back.
export async function keep(s: State, records: Fresh[], send = true, rest = 0): Promise<boolean> {
  try {
    if (!(await once(() => record(...records), rest))) return false
  } catch (e) {
    s.full(e)
    return false
  }
  s.show()
  if (send) s.sent()
  return true
}
