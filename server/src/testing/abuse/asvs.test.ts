import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = new URL('../../../../docs/reference/asvs.md', import.meta.url)
const text = readFileSync(page, 'utf8')

/** How many items each section of OWASP ASVS 5.0.0 has. */
const sections: Readonly<Record<string, number>> = {
  '6.1': 3,
  '6.2': 12,
  '6.3': 8,
  '6.4': 6,
  '6.5': 8,
  '6.6': 4,
  '6.7': 2,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 3,
  '7.6': 2,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.2': 3,
  '10.3': 5,
  '10.4': 16,
  '10.5': 5,
  '10.6': 2,
  '10.7': 3,
}
const states = ['met', 'by setting', 'otherwise', 'not met', 'does not apply']

const items = [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$/gm)].map(
  ([, id = '', level = '', state = '', about = '', shown = '']) => ({ id, level, state, about, shown }),
)

test('every item of the chapters is there, once, in order, with what holds of it and why', () => {
  const all = Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
  )
  expect(items.map(({ id }) => id)).toEqual(all)
  for (const { id, state, about, shown } of items) {
    expect(states, id).toContain(state)
    expect(about.length, id).toBeGreaterThan(3)
    expect(shown !== '' || ['not met', 'does not apply'].includes(state), id).toBe(true)
  }
})

test('every test that it names is in the file that it names', () => {
  for (const { id, shown } of items) {
    const named = [...shown.matchAll(/\[[^\]]+\]\(([^)]+\.test\.ts)\) “([^”]+)”/g)]
    expect(named.length, id).toBe(shown.trim() === '' ? 0 : shown.split('<br>').length)
    for (const [, path = '', title = ''] of named) {
      const file = new URL(path, page)
      expect(existsSync(file), `${id} ${path}`).toBe(true)
      expect(readFileSync(file, 'utf8').includes(`'${title.replaceAll("'", "\\'")}'`), `${id} ${path} ${title}`).toBe(
        true,
      )
    }
  }
})

test('its summary counts what it says', () => {
  for (const state of states) {
    const of = items.filter((item) => item.state === state)
    const counts = ['1', '2', '3'].map((level) => of.filter((item) => item.level === level).length)
    const row = new RegExp(`^\\| \\*\\*${state}\\*\\* \\| [^|]+ \\| ${counts.join(' \\| ')} \\| ${of.length} \\|$`, 'm')
    expect(text, state).toMatch(row)
  }
})

test('what the controls watch is of items that there are', () => {
  const controls = readFileSync(new URL('controls.md', page), 'utf8')
  const named = [...controls.matchAll(/ASVS 5\.0 ((?:6|7|9|10)\.\d+\.\d+)/g)].map(([, id = '']) => id)
  expect(named.length).toBeGreaterThan(10)
  const known = new Set(items.map(({ id }) => id))
  expect(named.filter((id) => !known.has(id))).toEqual([])
})
