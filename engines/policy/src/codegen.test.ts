import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { policyJson } from './testing/policies.ts'

const index = fileURLToPath(new URL('index.ts', import.meta.url))

it('decides and explains where code from strings is forbidden', async () => {
  const json = policyJson('permit(principal, action, resource) when { resource.n + 1 > 2 && "ab" like "a*" };')
  const program = `
    import { compile, createEntities, explain } from ${JSON.stringify(index)}
    try { Function('return 1')(); throw new Error('allowed') } catch (error) { if (!(error instanceof EvalError)) throw error }
    const uid = { type: 'T', id: 'x' }
    const set = compile({ staticPolicies: { p: ${JSON.stringify(json)} } })
    for (const n of [1, 2]) {
      const { decision } = explain(set, { principal: uid, action: uid, resource: uid }, createEntities([{ uid, attrs: { n } }]))
      console.log(decision)
    }`
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module-typescript', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  expect(stdout).toBe('deny\nallow\n')
})
