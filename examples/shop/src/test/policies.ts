import { readdirSync, readFileSync } from 'node:fs'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'

const FOLDER = new URL('../../holdfast/', import.meta.url)

/** The files of holdfast/ in Cedar's JSON form, and what Cedar has to say about them: nothing, one hopes. */
export function readPolicies() {
  const schemaText = readFileSync(new URL('schema.cedarschema', FOLDER), 'utf8')
  const schema = cedar.schemaToJson(schemaText)
  if (schema.type !== 'success') throw new Error(JSON.stringify(schema.errors))
  const json: Record<string, unknown> = {}
  const texts: Record<string, string> = {}
  for (const file of readdirSync(new URL('policies/', FOLDER))) {
    const name = file.replace(/\.cedar$/, '')
    const text = readFileSync(new URL(`policies/${file}`, FOLDER), 'utf8')
    const policy = cedar.policyToJson(text)
    if (policy.type !== 'success') throw new Error(`${file}: ${JSON.stringify(policy.errors)}`)
    json[name] = policy.json
    texts[name] = text
  }
  const checked = cedar.validate({ schema: schemaText, policies: { staticPolicies: texts } })
  return {
    schema: schema.json,
    policies: { staticPolicies: json, templates: {}, templateLinks: [] },
    // "success" only says that it has been checked.
    findings:
      checked.type === 'success' ? [...checked.validationErrors, ...checked.validationWarnings] : checked.errors,
  }
}
