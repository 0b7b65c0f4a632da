import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer
beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop' })
})
afterAll(() => whole.close())

const schema = (attributes: string) => ({
  text: `entity Group in [Group]; entity Person in [Group]; entity Service in [Group];
    entity Review { ${attributes} }; action view appliesTo { principal: Person, resource: Review };`,
})
const policy = { text: 'permit (principal, action, resource) when { resource.stars == 1 };' }

it('a policy and the schema that takes away what it names are not both written', async () => {
  const at = '/api/v1/applications/shop'
  const seen = new Set<string>()
  for (let round = 0; round < 12; round += 1) {
    await whole.call('DELETE', `${at}/policies/stars`)
    expect((await whole.call('PUT', `${at}/schema`, schema('stars: Long'))).status).toBe(200)
    const answers = await Promise.all([
      whole.call('PUT', `${at}/policies/stars`, policy),
      whole.call('PUT', `${at}/schema`, schema('')),
    ])
    const refused = answers.filter(({ status }) => status >= 300)
    expect(refused).toHaveLength(1)
    seen.add(String(refused[0]?.json['code']))
  }
  expect([...seen].every((code) => ['rules_changed', 'policy_invalid', 'schema_invalid'].includes(code))).toBe(true)
})
