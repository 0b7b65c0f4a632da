import { describe, expect, it } from 'vitest'
import { cardValidatorNumbers, presidioCases } from './cards.ts'
import { halfOf, isGone } from './case.ts'
import { readRules } from './gitleaks-rules.ts'
import { gitleaksTests } from './gitleaks-tests.ts'
import { detectSecretsTests, kingfisherExamples } from './other-tests.ts'
import { trufflehogTests } from './trufflehog-tests.ts'

// Written for these tests, in the forms of the public sets.
describe('the sets of others', () => {
  it('gitleaks: rules and their tests', () => {
    const { rules } = readRules(`[[rules]]\nid = "acme"\nregex = '''(?i)acme[^=]*= ?"?([a-f0-9]{8})'''\n`)
    const source = `
func Acme() *config.Rule {
	r := config.Rule{ RuleID: "acme" }
	tps := utils.GenerateSampleSecrets("acme", secrets.NewSecret(utils.Hex("8")))
	fps := []string{ "acme = \\"none\\"", \`raw\` }
	return utils.Validate(r, tps, fps)
}`
    const cases = gitleaksTests(source, new Map(rules.map((rule) => [rule.id, rule])))
    expect(cases.filter(({ secrets }) => secrets.length === 0).map(({ text }) => text)).toEqual([
      'acme = "none"',
      'raw',
    ])
    expect(cases.filter(({ secrets }) => /^[a-f0-9]{8}$/.test(secrets[0] ?? '')).length).toBeGreaterThan(3)
  })

  it('trufflehog: inputs and what is found in them', () => {
    const source = `
var (
	validPattern = "abcdef0123456789"
	keyword = "acme"
)
func Test(t *testing.T) {
	tests := []struct{}{
		{ name: "a", input: fmt.Sprintf("%s token = '%s'", keyword, validPattern), want: []string{validPattern}, },
		{ name: "b", input: "nothing", want: nil, },
		{ name: "c", input: unknown(1), want: []string{validPattern}, },
	}
}`
    expect(trufflehogTests(source, 'acme')).toEqual([
      {
        set: 'trufflehog: tests',
        unit: 'acme',
        text: "acme token = 'abcdef0123456789'",
        secrets: ['abcdef0123456789'],
      },
    ])
  })

  it('kingfisher and detect-secrets', () => {
    const rule = `rules:
  - name: Acme
    id: kingfisher.acme.1
    pattern: |
      (?xi)
      acme \\s = \\s  # a comment
      ( [a-z0-9]{8} )
    examples:
      - 'acme = abcd1234'
`
    expect(kingfisherExamples(rule)).toEqual([
      { set: 'kingfisher: examples', unit: 'kingfisher.acme', text: 'acme = abcd1234', secrets: ['abcd1234'] },
    ])
    expect(
      detectSecretsTests(`('ghp_abcdefgh', True),\n("not a \\"secret\\"", False),`, 'x').map(({ text, secrets }) => [
        text,
        secrets.length,
      ]),
    ).toEqual([
      ['ghp_abcdefgh', 1],
      ['not a "secret"', 0],
    ])
  })

  it('cards', () => {
    expect(
      cardValidatorNumbers(
        '["4012888888881881", { card: "visa", isValid: true }], ["4012888888881882", { isValid: false }]',
      ),
    ).toEqual({
      cards: ['4012888888881881'],
      honest: ['4012888888881882'],
    })
    expect(presidioCases('("my card 4012-8888-8888-1881", 1, (), ((3, 22),),),').at(0)?.secrets).toEqual([
      '4012-8888-8888-1881',
    ])
  })

  it('a secret is gone when no half of it is left; a unit is always in the same half', () => {
    expect(isGone('abcdefghijklmnop', 'x [redacted:token] y')).toBe(true)
    expect(isGone('abcdefghijklmnop', 'x abcdefgh y')).toBe(false)
    expect(isGone('hunter2', 'hunter2')).toBe(false)
    expect([halfOf('a'), halfOf('A')]).toEqual([halfOf('a'), halfOf('a')])
    expect(new Set(Array.from({ length: 20 }, (_, n) => halfOf(String(n)))).size).toBe(2)
  })
})
