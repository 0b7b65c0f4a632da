import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { exitCodes } from '../failure.ts'
import { table } from '../output/table.ts'
import { checkRules } from './check.ts'

export function checkCommand(open: Open): Command {
  return new Command('check')
    .description(
      'compile the rules of a folder, and tell what is wrong or has no effect: holdfast rules check .holdfast/crs',
    )
    .argument('<folder>')
    .action(async (folder: string, _: object, command: Command) => {
      const { terminal, show, end } = open(command)
      const { compileRules, readRules } = await import('@holdfast/gateway/rules')
      const { engine, errors } = checkRules(readRules(resolve(terminal.cwd, folder)), (files) =>
        compileRules(files, Date.now),
      )
      const ignored = engine?.ignored ?? []
      const rules = engine?.rules.length ?? 0
      show({ rules, errors, ignored }, () =>
        errors.length > 0
          ? errors.map(({ file, line, text, code }) => `${file}:${line}: ${text} (${code})\n`).join('')
          : `${rules} rules.\n${
              ignored.length === 0
                ? ''
                : `\n${table(
                    ignored,
                    {
                      'without effect': ({ directive }) => directive,
                      where: ({ file, line }) => `${file}:${line}`,
                      why: ({ reason }) => reason,
                    },
                    '',
                  )}`
            }`,
      )
      if (errors.length > 0) end(exitCodes.failed)
    })
}
