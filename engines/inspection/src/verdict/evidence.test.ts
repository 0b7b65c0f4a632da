import { expect, it } from 'vitest'
import { createInspector } from '../inspector.ts'
import { ask } from '../testing/ask.ts'

const arrived = (value: string) =>
  ask(createInspector(), `GET /a?q=${encodeURIComponent(value)}`).findings.map((finding) => finding.arrived)

it('what came is told beside what was found in it, without secrets, also where an encoding hides them', () => {
  const script = '%3Cscript%3Ealert(1)%3C/script%3E'
  expect(arrived(script)).toEqual([script])
  expect(arrived("some words before it' or 1=1-- ")).toEqual(["some words before it' or 1=1-- "])
  expect(arrived(`password%3Dhunter2secret ${script}`)).toEqual([undefined])
})
