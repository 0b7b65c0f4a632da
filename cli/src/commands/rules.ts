import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { checkCommand } from '../rules/check-command.ts'
import { usage } from '../failure.ts'
import { facts } from '../output/table.ts'
import { install } from '../rules/install.ts'
import { listCommand, showCommand } from '../rules/list.ts'
import { CRS, fetchRelease, readWanted } from '../rules/release.ts'

interface InstallOptions {
  readonly to: string
  readonly from?: string
  readonly signature?: string
  readonly key?: string
  readonly fingerprint: string
  readonly digest?: string
  readonly unsigned?: boolean
  readonly replace?: boolean
  readonly releases: string
}

export function rulesCommand(open: Open): Command {
  const rules = new Command('rules').description('rules in SecLang for the gateway, as the OWASP Core Rule Set')
  rules
    .command('install')
    .description('download, check and unpack a release: holdfast rules install crs --to .holdfast/crs')
    .argument('<rules>', 'crs, or crs@4.29.0')
    .requiredOption('--to <folder>', 'where it goes; what is yours in there stays')
    .option('--from <place>', 'the archive: a file or an address (default: the release of the project)')
    .option('--signature <place>', 'its detached OpenPGP signature (default: .asc beside the archive)')
    .option('--key <place>', 'the public key of the project (default: downloaded)')
    .option('--fingerprint <digits>', 'of that key', CRS.fingerprint)
    .option('--digest <digits>', 'SHA-256 that the archive must have')
    .option('--unsigned', 'go by --digest alone')
    .option('--replace', 'give up changes in files of the release')
    .option('--releases <url>', 'a mirror of the releases', CRS.releases)
    .action(async (wanted: string, options: InstallOptions, command: Command) => {
      const { terminal, show } = open(command)
      const version = readWanted(wanted)
      const { from, signature, key = CRS.key, unsigned = false } = options
      const digest = readDigits(options.digest, 64, '--digest')
      const fingerprint = readDigits(options.fingerprint, 40, '--fingerprint')?.toUpperCase() ?? ''
      if (unsigned && digest === undefined)
        throw usage('--unsigned needs a --digest: something must say what is right.')
      const releases = options.releases.replace(/\/+$/, '')
      const release = await fetchRelease({ version, from, signature, key, releases, unsigned, cwd: terminal.cwd })
      // All of the gateway comes with it: only where it is wanted.
      const { loadRules } = await import('@holdfast/gateway/rules')
      const folder = resolve(terminal.cwd, options.to)
      const installed = install({
        release,
        folder,
        digest,
        fingerprint,
        version,
        replace: options.replace === true,
        now: Math.floor(Date.now() / 1000),
        compile: (place) => loadRules(place, Date.now),
      })
      show(installed, () => {
        const { before, kept, files, signedAt, signer } = installed
        const told = facts({
          version: before === null ? installed.version : `${installed.version} (before: ${before})`,
          rules: installed.rules,
          files,
          digest: `sha256 ${installed.digest}`,
          signed: signer === null ? 'not checked' : `${signedAt ?? ''} by ${signer}`,
          kept: kept.join(', '),
        })
        return `${told}\nStart (a gateway that runs reads its rules when it starts again):\n  holdfast gateway start --rules ${options.to}\n`
      })
    })
  rules.addCommand(checkCommand(open))
  rules.addCommand(listCommand(open))
  rules.addCommand(showCommand(open))
  return rules
}

function readDigits(text: string | undefined, length: number, option: string): string | undefined {
  if (text === undefined) return undefined
  const digits = text
    .replace(/^sha256:/i, '')
    .replaceAll(' ', '')
    .toLowerCase()
  if (digits.length === length && /^[0-9a-f]+$/.test(digits)) return digits
  throw usage(`${option} takes ${length} hexadecimal digits.`)
}
