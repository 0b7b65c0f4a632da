import { describe, expect, it } from 'vitest'
import type { CollectionStore, StoredVariable } from '../types.ts'
import { NOON, play } from '../testing/play.ts'

/** A rule that always matches. */
const does = (id: number, actions: string, phase = 1) => `SecAction "id:${id},phase:${phase},pass,log,${actions}"`

describe('disruptive actions', () => {
  it('deny, drop and redirect end the request; the first phase that says so decides', () => {
    const deny =
      'SecRule ARGS:a "@streq 1" "id:5,phase:2,deny,status:406,msg:\'no %{ARGS.a}\'"\nSecAction "id:6,phase:2,pass,log"'
    const denied = play(deny, { target: '/?a=1' })
    expect(denied.verdicts[1]).toMatchObject({ kind: 'deny', status: 406, message: 'no 1', rule: { id: 5, line: 4 } })
    expect(denied).toMatchObject({ enforced: true, ids: [5] })
    expect(play('SecAction "id:1,phase:1,drop"').verdicts[0]).toMatchObject({ kind: 'drop' })
    expect(play(`SecAction "id:1,phase:3,redirect:'https://x.test/%{UNIQUE_ID}'"`).verdicts[2]).toMatchObject({
      kind: 'redirect',
      status: 302,
      location: 'https://x.test/transaction-1',
    })
  })

  it('block is what SecDefaultAction of the phase says', () => {
    const block = 'SecAction "id:1,phase:2,block"'
    expect(play(block).verdict.kind).toBe('pass')
    expect(play(`SecDefaultAction "phase:2,deny,status:418,log"\n${block}`).verdict).toMatchObject({ status: 418 })
    expect(play(`SecDefaultAction "phase:1,deny,log"\n${block}`).verdict.kind).toBe('pass')
  })

  it('in DetectionOnly it tells what it would have done', () => {
    const found = play('SecRuleEngine DetectionOnly\nSecAction "id:1,phase:1,deny"\nSecAction "id:2,phase:1,pass"')
    expect(found.verdicts[0]).toEqual({ kind: 'pass' })
    expect(found).toMatchObject({ enforced: false, verdict: { kind: 'deny', status: 403 }, ids: [1, 2] })
  })

  it('allow ends a phase, the request, or all', () => {
    const rules = [1, 2, 3, 4, 5].map((phase) => does(10 + phase, 't:none', phase)).join('\n')
    const after = (allow: string) => play(`SecAction "id:1,phase:1,nolog,${allow}"\n${rules}`).ids
    expect(after('allow:phase')).toEqual([12, 13, 14, 15])
    expect(after('allow:request')).toEqual([13, 14, 15])
    expect(after('allow')).toEqual([15])
  })

  it('SecRuleEngine Off runs nothing; ctl switches for one request', () => {
    expect(play(`SecRuleEngine Off\n${does(1, 't:none')}`).ids).toEqual([])
    expect(play(`${does(1, 'ctl:ruleEngine=Off')}\n${does(2, 't:none', 2)}`).ids).toEqual([1])
    expect(play(`${does(1, 'ctl:ruleEngine=DetectionOnly')}\nSecAction "id:2,phase:2,deny"`).enforced).toBe(false)
  })
})

describe('the way through the rules', () => {
  it('skip and skipAfter pass over rules of their phase, chains as one', () => {
    const chain = 'SecAction "id:3,phase:1,pass,log,chain"\nSecAction "t:none"'
    expect(play(`${does(1, 'skip:2')}\n${does(2, 't:none')}\n${chain}\n${does(4, 't:none')}`).ids).toEqual([1, 4])
    const marked = `${does(1, 'skipAfter:END')}\n${does(2, 't:none')}\n${does(3, 't:none', 2)}\nSecMarker END\n${does(4, 't:none')}`
    expect(play(marked).ids).toEqual([1, 4, 3])
  })

  it('a chain matches when all of its links do; MATCHED_VARS are those of the link before', () => {
    const rules = `SecRule ARGS "@rx ^x" "id:1,phase:1,pass,log,chain,setvar:tx.head=+1"
  SecRule MATCHED_VARS "@endsWith 2" "chain,setvar:tx.link=+1"
    SecRule MATCHED_VARS_NAMES "@streq ARGS:b" "setvar:tx.tail=+1"`
    const all = play(rules, { target: '/?a=x1&b=x2&c=y2' })
    expect([...all.variables]).toEqual([
      ['head', '2'],
      ['link', '1'],
    ])
    const named = rules.replace('ARGS:b', 'MATCHED_VARS:ARGS:b')
    expect(play(named, { target: '/?a=x1&b=x2' }).ids).toEqual([1])
    expect(play(named, { target: '/?a=x1' }).ids).toEqual([])
  })

  it('multiMatch asks each form of the value', () => {
    const rule = (more: string) =>
      `SecRule ARGS "@rx A|b" "id:1,phase:1,pass,log,t:lowercase,t:removeWhitespace${more},setvar:tx.n=+1"`
    expect(play(rule(',multiMatch'), { target: '/?x=A' }).variables.get('n')).toBe('1')
    expect(play(rule(''), { target: '/?x=A' }).variables.get('n')).toBeUndefined()
    expect(play(rule(',multiMatch'), { target: '/?x=A+b' }).variables.get('n')).toBe('3')
  })

  it('t:none forgets what the default says', () => {
    const rules = `SecDefaultAction "phase:1,pass,log,t:lowercase"
SecRule ARGS "@streq a" "id:1,phase:1"\nSecRule ARGS "@streq A" "id:2,phase:1,t:none"`
    expect(play(rules, { target: '/?x=A' }).ids).toEqual([1, 2])
  })
})

describe('variables that rules set', () => {
  it('setvar sets, adds, subtracts and deletes, with macros on both sides', () => {
    const rules = [
      does(1, "setvar:tx.a=5,setvar:'tx.a=+%{tx.a}',setvar:tx.a=-3,setvar:tx.flag,setvar:TX.Name=%{ARGS.q}"),
      does(2, "setvar:'tx.made_%{ARGS.q}=%{tx.a}-%{tx.flag}',setvar:tx.gone=1,setvar:!tx.gone,setvar:tx.missing=+2"),
      'SecRule TX:/^made_/ "@streq 7-1" "id:3,phase:1,pass,log,setvar:\'tx.seen=%{MATCHED_VAR_NAME}\'"',
    ]
    const { variables, ids } = play(rules.join('\n'), { target: '/?q=Zz' })
    expect(ids).toEqual([1, 2, 3])
    expect(Object.fromEntries(variables)).toEqual({
      a: '7',
      flag: '1',
      name: 'Zz',
      made_zz: '7-1',
      missing: '2',
      seen: 'TX:made_zz',
    })
  })

  it('setenv is seen in ENV, and told at the end', () => {
    const rules = `${does(1, 'setenv:who=%{REMOTE_ADDR}')}\nSecRule ENV:who "@ipMatch 192.0.2.0/24" "id:2,phase:1,pass,log"`
    const { ids, environment } = play(rules)
    expect([ids, [...environment]]).toEqual([[1, 2], [['who', '192.0.2.7']]])
  })

  it('collections outlive the request, until they expire', () => {
    const kept = new Map<string, Map<string, StoredVariable>>()
    const store: CollectionStore = {
      open(collection, key) {
        const name = `${collection} ${key}`
        const found = kept.get(name) ?? new Map<string, StoredVariable>()
        kept.set(name, found)
        return found
      },
    }
    const rules = `SecCollectionTimeout 60
${does(1, 'initcol:ip=%{REMOTE_ADDR},setvar:ip.count=+1,setvar:ip.short=1,expirevar:ip.short=5,setuid:ann')}
SecRule IP:count "@gt 1" "id:2,phase:1,pass,log"
SecRule IP:short "@eq 2" "id:3,phase:1,pass,log"
SecRule USERID "@streq ann" "id:4,phase:1,pass,nolog,setvar:user.seen=+1"`
    const at = (seconds: number, address = '192.0.2.7') =>
      play(rules, { address }, { store, clock: () => NOON + seconds * 1000 }).ids
    expect(at(0)).toEqual([1])
    expect(at(1, '192.0.2.8')).toEqual([1])
    expect(at(30)).toEqual([1, 2])
    expect([...(kept.get('IP 192.0.2.7') ?? [])].map(([name, { value }]) => `${name}=${value}`)).toEqual([
      'count=2',
      'short=1',
    ])
    expect(kept.get('USER ann')?.get('seen')?.value).toBe('3')
    expect(at(100)).toEqual([1])
  })
})

describe('ctl', () => {
  const rules = `SecRule ARGS "@rx x" "id:10,phase:2,pass,log,tag:'attack-a',msg:'one'"
SecRule ARGS|REQUEST_HEADERS "@rx x" "id:20,phase:2,pass,log,tag:'attack-b',msg:'two'"`
  it.each([
    ['ruleRemoveById=10', [20]],
    ['ruleRemoveById=5-15', [20]],
    ['ruleRemoveByTag=attack', []],
    ['ruleRemoveByMsg=^two$', [10]],
    ['ruleRemoveTargetById=10;ARGS:a', [20]],
    ['ruleRemoveTargetById=10;ARGS:/^[ab]$/', [20]],
    ['ruleRemoveTargetById=10;ARGS:zz', [10, 20]],
    ['ruleRemoveTargetByTag=attack-b;ARGS', [10]],
    ['ruleRemoveTargetByMsg=one;ARGS', [20]],
  ])('%s', (ctl, ids) => {
    expect(play(`SecAction "id:1,phase:1,pass,nolog,ctl:${ctl}"\n${rules}`, { target: '/?a=x' }).ids).toEqual(ids)
  })

  it('changes what is read and what is recorded', () => {
    const body = 'SecRule ARGS_POST "@rx x" "id:1,phase:2,pass,log"'
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    expect(play(`${does(2, 'ctl:requestBodyAccess=Off')}\n${body}`, { headers, body: 'a=x' }).ids).toEqual([2])
    const audit = play(`SecAuditEngine Off\n${does(1, 'ctl:auditEngine=On,ctl:auditLogParts=+E,ctl:auditLogParts=-C')}`)
    expect([audit.relevant, audit.parts]).toEqual([true, 'ABFHZE'])
    expect(
      play(does(1, 'ctl:responseBodyAccess=Off') + '\nSecRule RESPONSE_BODY "@rx x" "id:3,phase:4,pass,log"', {
        responseBody: 'x',
      }).ids,
    ).toEqual([1])
  })

  it('the host takes targets out of rules for one request, too', () => {
    const rules =
      'SecRule ARGS|REQUEST_HEADERS:X "@streq a" "id:10,phase:2,pass,log"\nSecRule ARGS:q "!@streq b" "id:20,phase:2,pass,log"'
    const ids = (...excluded: (readonly [number, string])[]) =>
      play(rules, { target: '/?q=a', headers: [['X', 'b']], excluded }).ids
    expect(ids([10, 'ARGS:q'])).toEqual([20])
    expect(ids([10, 'ARGS:q'], [20, 'ARGS:/^Q/'], [99, 'ARGS'])).toEqual([])
    expect(ids([10, 'ARGS:other'], [10, 'REQUEST_HEADERS'])).toEqual([10, 20])
    expect(() => ids([10, 'ARGS:/(/'])).toThrow('exclusion:1')
  })
})
