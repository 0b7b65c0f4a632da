import { resolve } from 'node:path'
import type { RuleInfo } from '@holdfast/seclang'
import { Command, InvalidArgumentError } from 'commander'
import type { Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { facts, table } from '../output/table.ts'

const severities = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug']

export function listCommand(open: Open): Command {
  return new Command('list')
    .description('list the rules of a folder: holdfast rules list .holdfast/crs --tag attack-sqli')
    .argument('<folder>')
    .option('--phase <number>', 'of this phase, 1 to 5', readNumber)
    .option('--tag <text>', 'with a tag that holds this')
    .option('--level <number>', 'of this paranoia level', readNumber)
    .action(async (folder: string, options: { phase?: number; tag?: string; level?: number }, command: Command) => {
      const { terminal, show } = open(command)
      const { loadRules } = await import('@holdfast/gateway/rules')
      const { phase, tag, level } = options
      const rules = loadRules(resolve(terminal.cwd, folder), Date.now).rules.filter(
        (rule) =>
          rule.id !== 0 &&
          (phase === undefined || rule.phase === phase) &&
          (tag === undefined || rule.tags.some((each) => each.includes(tag))) &&
          (level === undefined || levelOf(rule) === String(level)),
      )
      show(rules, () =>
        table(
          rules,
          {
            id: ({ id }) => id,
            phase: ({ phase: of }) => of,
            level: levelOf,
            severity: severityOf,
            message: ({ message }) => message,
          },
          'There are no such rules.',
        ),
      )
    })
}

export function showCommand(open: Open): Command {
  return new Command('show')
    .description('show a rule as it is written: holdfast rules show .holdfast/crs 942100')
    .argument('<folder>')
    .argument('<id>', 'of the rule', readNumber)
    .action(async (folder: string, id: number, _: object, command: Command) => {
      const { terminal, show } = open(command)
      const { compileRules, readRules } = await import('@holdfast/gateway/rules')
      const found = readRules(resolve(terminal.cwd, folder))
      const rule = compileRules(found, Date.now).rules.find((each) => each.id === id)
      if (rule === undefined) throw new Failure({ code: 'rule_unknown', detail: `There is no rule ${id}.` })
      const source = Buffer.from(sourceOf(found.files.get(rule.file) ?? '', rule.line), 'latin1').toString('utf8')
      show({ ...rule, source }, () => {
        const { phase, file, line, message, tags } = rule
        const about = { id, phase, level: levelOf(rule), severity: severityOf(rule), file: `${file}:${line}`, message }
        return `${facts({ ...about, tags: tags.join(', ') })}\n${source}\n`
      })
    })
}

function readNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a number.')
  return Number(text)
}

const levelOf = ({ tags }: RuleInfo): string =>
  tags.find((tag) => tag.startsWith('paranoia-level/'))?.slice('paranoia-level/'.length) ?? ''

const severityOf = ({ severity }: RuleInfo): string => (severity === undefined ? '' : (severities[severity] ?? ''))

/** The lines of a rule, with those that are chained to it. */
function sourceOf(text: string, line: number): string {
  const lines = text.split('\n')
  const found: string[] = []
  let chained = false
  for (let at = line - 1; at < lines.length; at++) {
    const each = (lines[at] ?? '').replace(/\r$/, '')
    found.push(each)
    chained ||= /(?:^|[\s",])chain(?:[\s",\\]|$)/.test(each)
    if (each.endsWith('\\')) continue
    if (!chained) break
    chained = false
    while (at + 1 < lines.length && /^\s*(?:#|$)/.test(lines[at + 1] ?? '')) at++
  }
  return found.join('\n')
}
