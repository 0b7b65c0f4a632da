import { evaluate, type Functions, sprintf, type Value } from '../go/expression.ts'
import { parseRegex } from '../regex/parse.ts'
import { sample, seeded } from '../regex/sample.ts'
import { type GitleaksRule, secretIn } from './gitleaks-rules.ts'
import type { Case } from './case.ts'

/**
 * The examples with which gitleaks checks each of its rules (cmd/generate/config/rules/*.go): what it must find, and
 * what it must not.
 */
export function gitleaksTests(source: string, rules: ReadonlyMap<string, GitleaksRule>): Case[] {
  return source
    .split(/^func /m)
    .slice(1)
    .flatMap((body) => {
      const unit = /RuleID:\s*"([^"]+)"/.exec(body)?.[1]
      const rule = rules.get(unit ?? '')
      return unit === undefined || rule === undefined ? [] : ofRule(body, unit, rule)
    })
}

function ofRule(body: string, unit: string, rule: GitleaksRule): Case[] {
  const cases: Case[] = []
  const functions = gitleaksFunctions(unit)
  for (const match of body.matchAll(/\b(tps|fps) :?= /g)) {
    let texts: readonly string[]
    try {
      const { value } = evaluate(
        body,
        match.index + match[0].length,
        new Map<string, Value>([
          ['tps', []],
          ['fps', []],
        ]),
        functions,
      )
      texts = typeof value === 'string' ? [value] : value
    } catch {
      continue
    }
    for (const text of texts) {
      if (match[1] === 'fps') cases.push({ set: 'gitleaks: must not', unit, text, secrets: [] })
      else {
        const secret = secretIn({ ...rule, entropy: 0 }, text)
        if (secret !== null) cases.push({ set: 'gitleaks: tests', unit, text, secrets: [secret] })
      }
    }
  }
  return cases
}

function gitleaksFunctions(seed: string): Functions {
  const random = seeded(Buffer.from(seed).reduce((sum, byte) => sum * 31 + byte, 7))
  const classed =
    (characters: string) =>
    (size: Value = '1') =>
      `[${characters}]{${String(size)}}`
  return {
    'utils.Numeric': classed('0-9'),
    'utils.Hex': classed('a-f0-9'),
    'utils.AlphaNumeric': classed('a-z0-9'),
    'utils.AlphaNumericExtendedShort': classed('a-z0-9_-'),
    'utils.AlphaNumericExtended': classed('a-z0-9=_\\-'),
    'utils.AlphaNumericExtendedLong': classed('a-z0-9\\/=_\\+\\-'),
    'utils.Hex8_4_4_4_12': () => '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    'secrets.NewSecret': (regex = '') => sample(parseRegex(String(regex)), random),
    'secrets.NewSecretWithEntropy': (regex = '') => sample(parseRegex(String(regex)), random),
    'utils.GenerateSampleSecret': (name = '', secret = '') => `${String(name)}_api_token = "${String(secret)}"`,
    'utils.GenerateSampleSecrets': (name = '', secret = '') => assignments(String(name), String(secret)),
    'fmt.Sprintf': sprintf,
    append: (list = [], ...more) => [...(typeof list === 'string' ? [list] : list), ...more.flat()],
  }
}

/** Ways in which languages and configuration files assign a text to a name. */
function assignments(name: string, secret: string): string[] {
  const upper = name.toUpperCase()
  return [
    `${name}Token="${secret}"`,
    `${name}Token = ${secret}`,
    `{\n    "${name}_token": "${secret}"\n}`,
    `{"config.ini": "${upper}_TOKEN=${secret}\\nBACKUP_ENABLED=true"}`,
    `<${name}Token>\n    ${secret}\n</${name}Token>`,
    `${name}_token: ${secret}`,
    `${name}_token: '${secret}'`,
    `string ${name}Token = "${secret}";`,
    `${name}Token := \`${secret}\``,
    `System.setProperty("${upper}_TOKEN", "${secret}")`,
    `  "${name}Token" => "${secret}"`,
    `${upper}_TOKEN ::= "${secret}"`,
    `${upper}_TOKEN ?= "${secret}"`,
  ]
}
