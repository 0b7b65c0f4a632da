import { describe, expect, it } from 'vitest'
import { createEngine } from '../engine.ts'
import { SecLangError } from '../error.ts'
import { play } from '../testing/play.ts'

function engine(text: string) {
  return createEngine({ files: new Map([['a.conf', text]]), entries: ['a.conf'], clock: () => 0 })
}

function refusal(text: string): string {
  try {
    engine(text)
  } catch (error) {
    if (error instanceof SecLangError) return `${error.code} ${error.line}`
    throw error
  }
  return 'compiled'
}

const RULES = `SecRule ARGS "@rx x" "id:10,phase:2,pass,log,tag:'a/b',msg:'one',severity:CRITICAL"
SecRule ARGS:q "@rx x" "id:20,phase:2,pass,log,tag:'c',msg:'two'"`

describe('directives that change rules', () => {
  it.each([
    ['SecRuleRemoveById 10', [20]],
    ['SecRuleRemoveById "5-15" 20', []],
    ['SecRuleRemoveByTag "^a/"', [20]],
    ['SecRuleRemoveByMsg two', [10]],
    ['SecRuleUpdateTargetById 10 "!ARGS:q"', [20]],
    ['SecRuleUpdateTargetById 10-20 !ARGS:/^q$/', []],
    ['SecRuleUpdateTargetById 20 REQUEST_METHOD ARGS:q', [10]],
    ['SecRuleUpdateTargetByTag c "!ARGS:q"', [10]],
    ['SecRuleUpdateTargetByMsg one "!ARGS"', [20]],
    ['SecRuleUpdateActionById 10 "nolog"', [20]],
  ])('%s, before the rules or behind them', (directive, ids) => {
    expect(play(`${RULES}\n${directive}`, { target: '/?q=x' }).ids).toEqual(ids)
    expect(play(`${directive}\n${RULES}`, { target: '/?q=x' }).ids).toEqual(ids)
  })

  it('SecRuleUpdateActionById replaces what a rule has once, and adds the rest', () => {
    const rules = `${RULES}\nSecRuleUpdateActionById 10 "deny,status:410,msg:'new',tag:'more',t:urlDecode"`
    const { verdict, matches } = play(rules, { target: '/?q=%2578' })
    expect(verdict).toMatchObject({ kind: 'deny', status: 410, message: 'new' })
    expect(matches[0]?.rule).toMatchObject({ tags: ['a/b', 'more'], severity: 2 })
  })
})

describe('a configuration', () => {
  it('is refused with a code and a line', () => {
    expect(
      [
        'SecRule ARGS x',
        'SecRule ARGS x "id:x"',
        'SecRule ARGS x "id:1"\nSecRule ARGS x "id:1"',
        'SecRule ARGS x "id:1,chain"',
        'SecRule NOTHING x "id:1"',
        'SecRule XML:/a/b x "id:1"',
        'SecRule ARGS x "id:1,phase:6"',
        'SecRule ARGS x "id:1,explode"',
        'SecRule ARGS x "id:1,exec:/bin/sh"',
        'SecRule ARGS x "id:1,t:rot13"',
        'SecRule ARGS x "id:1,status:99"',
        'SecRule ARGS x "id:1,severity:HUGE"',
        'SecRule ARGS x "id:1,allow:all"',
        'SecRule ARGS x "id:1,skipAfter:END"',
        'SecRule ARGS x "id:1,setvar:x"',
        'SecRule ARGS x "id:1,setvar:geo.x=1"',
        'SecRule ARGS x "id:1,initcol:tx=1"',
        'SecRule ARGS x "id:1,ctl:explode=1"',
        'SecRule ARGS x "id:1,ctl:ruleEngine=Maybe"',
        'SecRule ARGS x "id:1,ctl:ruleRemoveById=x"',
        'SecRule ARGS x "id:1,ctl:ruleRemoveTargetById=1"',
        'SecRule ARGS x "id:1,ctl:requestBodyProcessor=YAML"',
        'SecRule ARGS x "id:1,msg:\'%{NOTHING}\'"',
        'SecRule ARGS:/(/ x "id:1"',
        '\nSecExplode On',
        'SecRuleEngine Maybe',
        'SecRequestBodyLimit many',
        'SecRuleRemoveById x',
        'SecRuleUpdateTargetById 1',
      ].map(refusal),
    ).toEqual([
      'rule_id_missing 1',
      'action_invalid 1',
      'rule_id_duplicate 2',
      'chain_open 1',
      'variable_unknown 1',
      'argument_invalid 1',
      'action_invalid 1',
      'action_unknown 1',
      'action_invalid 1',
      'transformation_unknown 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'marker_missing 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'action_invalid 1',
      'variable_unknown 1',
      'regex_invalid 1',
      'directive_unknown 2',
      'argument_invalid 1',
      'argument_invalid 1',
      'argument_invalid 1',
      'argument_invalid 1',
    ])
  })

  it('tells what it ignores, and why', () => {
    const { ignored, rules } = engine(`SecTmpDir /tmp\nSecPcreMatchLimit 1000\n${RULES}`)
    expect(ignored).toEqual([
      {
        file: 'a.conf',
        line: 1,
        directive: 'sectmpdir',
        reason: 'where logs and files go, and in which form, is for the host to say',
      },
      {
        file: 'a.conf',
        line: 2,
        directive: 'secpcrematchlimit',
        reason: 'matching is linear: there is nothing to limit',
      },
    ])
    expect(rules.map(({ id, line, message }) => [id, line, message])).toEqual([
      [10, 3, 'one'],
      [20, 4, 'two'],
    ])
  })

  it('says what of bodies it wants', () => {
    const transaction = engine(
      'SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 10\nSecRequestBodyLimitAction ProcessPartial',
    ).begin({
      clientAddress: '::1',
      clientPort: 1,
      serverAddress: '::1',
      serverPort: 2,
      id: '',
    })
    expect(transaction).toMatchObject({
      wantsBody: true,
      bodyLimit: { bytes: 10, beyond: 'partial' },
      wantsResponseBody: false,
    })
  })

  it('tells by its audit rules what is to be recorded', () => {
    const rules = 'SecAuditEngine RelevantOnly\nSecAuditLogRelevantStatus "^(?:5|4(?!04))"'
    const audited = (status: number, more: string) =>
      play(`${rules}\nSecAction "id:1,phase:1,pass,${more}"`, { status }).relevant
    const seen = [audited(200, 'log'), audited(200, 'noauditlog'), audited(404, 'nolog'), audited(500, 'nolog')]
    expect(seen).toEqual([true, false, false, true])
    expect(() => play('SecAuditLogRelevantStatus "("')).toThrow('no pattern')
    const masked = play(
      'SecRule ARGS:password "@unconditionalMatch" "id:1,phase:1,pass,sanitiseMatched,sanitiseRequestHeader:Authorization"',
      { target: '/?password=x' },
    )
    expect(masked.sanitise).toEqual(['ARGS:password', 'REQUEST_HEADERS:Authorization'])
  })
})
