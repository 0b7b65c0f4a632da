import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPolicies } from '../test/policies.ts'

const FOLDER = new URL('../../holdfast/', import.meta.url)
const files = readdirSync(new URL('policies/', FOLDER))

describe('the policies of the shop', () => {
  it('fit its schema, without a warning', () => {
    const { findings, policies } = readPolicies()
    expect(findings).toEqual([])
    expect(Object.keys(policies.staticPolicies).length).toBe(files.length)
    expect(files.length).toBeGreaterThan(10)
  })

  it.each(files)('%s says what it is for, and holds one policy', (file) => {
    const text = readFileSync(new URL(`policies/${file}`, FOLDER), 'utf8')
    expect(file).toMatch(/^[a-z-]+\.cedar$/)
    expect(text).toMatch(/^@doc\("[A-Z].*\."\)\n/)
    expect(text.match(/^(permit|forbid) \(/gm)).toHaveLength(1)
  })

  it('are all actions of the schema, and no action is without a policy', () => {
    const schema = readFileSync(new URL('schema.cedarschema', FOLDER), 'utf8')
    const actions = [...schema.matchAll(/^action (\w+)/gm)].map((match) => match[1] ?? '')
    const texts = files.map((file) => readFileSync(new URL(`policies/${file}`, FOLDER), 'utf8')).join('\n')
    expect(actions.filter((action) => !texts.includes(`Action::"${action}"`))).toEqual([])
  })
})
