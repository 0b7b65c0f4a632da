import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { Failure } from '../failure.ts'
import { facts } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Look {
  readonly application: string | null
  readonly name: string | null
  readonly accent: string | null
  readonly logo: { readonly href: string; readonly type: string } | null
  readonly updatedAt: string | null
}

interface Where {
  readonly application?: string
}

const pathOf = ({ application }: Where) =>
  application === undefined ? '/branding' : `/applications/${segment(application)}/branding`
const of = ['--application <id>', 'its sign-in only, instead of all pages'] as const

/** How the pages look at which people sign in. */
export function brandingCommand(open: Open): Command {
  const branding = new Command('branding').description('name, colour and logo of the pages at which people sign in')

  branding
    .command('show')
    .description('say how they look')
    .option(...of)
    .action(async (where: Where, command: Command) => {
      const { api, show } = open(command)
      const look = await api.get<Look>(pathOf(where))
      show(look, () => text(look))
    })

  branding
    .command('set')
    .description(
      'name and colour: holdfast identity branding set --name Northwind --accent "#1f4e8c"; what is not said stays',
    )
    .option('--name <name>', 'in place of "Holdfast"')
    .option('--accent <colour>', 'of buttons and links, as #1f4e8c: readable on white')
    .option('--logo <file>', 'PNG, JPEG or WebP, 128 KiB at most')
    .option(...of)
    .action(async (given: Where & { name?: string; accent?: string; logo?: string }, command: Command) => {
      const { api, show } = open(command)
      const path = pathOf(given)
      const { name, accent, logo } = given
      // Read first: a file that is not there changes nothing.
      const image = logo === undefined ? undefined : read(logo)
      let look = await api.get<Look>(path)
      if (name !== undefined || accent !== undefined) {
        look = await api.put<Look>(path, { name: name ?? look.name, accent: accent ?? look.accent })
      }
      if (image !== undefined) look = await api.putBytes<Look>(`${path}/logo`, image)
      show(look, () => text(look))
    })

  branding
    .command('clear')
    .description('take name, colour and logo away')
    .option(...of)
    .option('--yes', 'without asking')
    .action(async (given: Where & { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const what = given.application === undefined ? 'all pages' : `the sign-in of ${given.application}`
      await agreed(terminal, `Take name, colour and logo from ${what}?`, given.yes)
      const look = await api.delete<Look>(pathOf(given))
      show(look, () => text(look))
    })

  return branding
}

function read(file: string): Buffer {
  try {
    return readFileSync(resolve(file))
  } catch {
    throw new Failure({ code: 'file_unreadable', detail: `${file} cannot be read.` })
  }
}

function text({ application, name, accent, logo, updatedAt }: Look): string {
  return facts({
    of: application ?? 'all pages',
    name: name ?? 'not said',
    colour: accent ?? 'not said',
    logo: logo === null ? 'none' : logo.type,
    ...(updatedAt !== null && { changed: when(updatedAt) }),
  })
}
